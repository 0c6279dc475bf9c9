package io.jenkins.plugins.windowsimage.config;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Queue;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.util.List;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;

/** Drop-down and check of a credentials field, for those who may configure the job, or Jenkins where there is no job. */
final class CredentialsForm {
    private CredentialsForm() {}

    /** Whether the user may see what the form of this job offers. */
    private static boolean mayList(Item item) {
        return item == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : item.hasPermission(Item.EXTENDED_READ) || item.hasPermission(CredentialsProvider.USE_ITEM);
    }

    static ListBoxModel fill(Item item, String current, CredentialsMatcher matcher) {
        StandardListBoxModel list = new StandardListBoxModel();
        if (!mayList(item)) {
            return list.includeCurrentValue(current);
        }
        return list.includeEmptyValue()
                .includeMatchingAs(authentication(item), item, StandardCredentials.class, List.of(), matcher)
                .includeCurrentValue(current);
    }

    static FormValidation check(Item item, String value, CredentialsMatcher matcher) {
        if (!mayList(item)) {
            return FormValidation.ok();
        }
        if (Util.fixEmptyAndTrim(value) == null) {
            return FormValidation.error(Messages.Credentials_none());
        }
        boolean found = CredentialsProvider.listCredentialsInItem(
                        StandardCredentials.class, item, authentication(item), List.of(), matcher)
                .stream()
                .anyMatch(option -> option.value.equals(value));
        return found ? FormValidation.ok() : FormValidation.warning(Messages.Credentials_unknown(value));
    }

    private static Authentication authentication(Item item) {
        return item instanceof Queue.Task task ? task.getDefaultAuthentication2() : ACL.SYSTEM2;
    }
}
