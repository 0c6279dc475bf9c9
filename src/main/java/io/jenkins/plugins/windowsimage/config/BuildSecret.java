package io.jenkins.plugins.windowsimage.config;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.io.Serializable;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A secret for {@code RUN --mount=type=secret}. Immutable; stored with running builds. */
public final class BuildSecret extends AbstractDescribableImpl<BuildSecret> implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

    private final String id;
    private final String credentialsId;

    /**
     * @param id as the Dockerfile names it
     * @param credentialsId secret text, secret file, or user name and password, of which the password counts
     */
    @DataBoundConstructor
    public BuildSecret(String id, String credentialsId) {
        this.id = Util.fixNull(id).trim();
        this.credentialsId = Util.fixNull(credentialsId).trim();
    }

    @NonNull
    public String getId() {
        return id;
    }

    @NonNull
    public String getCredentialsId() {
        return credentialsId;
    }

    /** @throws IllegalArgumentException if the id is none */
    public void validate() {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(Messages.BuildSecret_noId(id));
        }
    }

    /** With variables in its values replaced. */
    @NonNull
    public BuildSecret expanded(@NonNull UnaryOperator<String> expansion) {
        return new BuildSecret(expansion.apply(id), expansion.apply(credentialsId));
    }

    static CredentialsMatcher credentials() {
        return CredentialsMatchers.anyOf(
                CredentialsMatchers.instanceOf(StringCredentials.class),
                CredentialsMatchers.instanceOf(FileCredentials.class),
                CredentialsMatchers.instanceOf(StandardUsernamePasswordCredentials.class));
    }

    @Extension
    @Symbol("secret")
    public static final class DescriptorImpl extends Descriptor<BuildSecret> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.BuildSecret_displayName();
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(
                @AncestorInPath Item item, @QueryParameter String credentialsId) {
            return CredentialsForm.fill(item, credentialsId, credentials());
        }

        @POST
        public FormValidation doCheckCredentialsId(@AncestorInPath Item item, @QueryParameter String value) {
            return CredentialsForm.check(item, value, credentials());
        }

        @POST
        public FormValidation doCheckId(@AncestorInPath Item item, @QueryParameter String value) {
            return Permissions.mayConfigure(item) && !ID.matcher(value.trim()).matches()
                    ? FormValidation.error(Messages.BuildSecret_noId(value))
                    : FormValidation.ok();
        }
    }
}
