package io.jenkins.plugins.windowsimage.config;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.Nullable;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.io.Serializable;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jenkins.authentication.tokens.api.AuthenticationTokens;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.docker.commons.credentials.DockerRegistryToken;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A registry with the credentials for it. Immutable; stored with running builds. */
public final class Registry extends AbstractDescribableImpl<Registry> implements Serializable {
    private static final long serialVersionUID = 1L;
    /** Scheme, host with port, and a path that docker's own names of registries may have. */
    private static final Pattern URL =
            Pattern.compile("(?:(https?)://)?([A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?|\\[[0-9A-Fa-f:]+\\](?::[0-9]{1,5})?)(?:/.*)?");

    private final String url;
    private final String credentialsId;

    /**
     * @param url host with port if it has one, such as {@code registry.example.com:5000}; may begin with a scheme, and
     *     {@code http://} allows plain HTTP
     * @param credentialsId user name and password, or whatever plugins turn into a registry token; empty for none
     */
    @DataBoundConstructor
    public Registry(String url, String credentialsId) {
        this.url = Util.fixNull(url).trim();
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    @NonNull
    public String getUrl() {
        return url;
    }

    @Nullable
    public String getCredentialsId() {
        return credentialsId;
    }

    /**
     * Host and port as image names have them.
     *
     * @throws IllegalArgumentException if the URL is none
     */
    @NonNull
    public String host() {
        String host = parse().group(2);
        return host.equals("index.docker.io") || host.equals("registry-1.docker.io") ? "docker.io" : host;
    }

    /** Whether plain HTTP is asked for. */
    public boolean isPlainHttp() {
        return "http".equals(parse().group(1));
    }

    private Matcher parse() {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(Messages.Registry_noHost(url));
        }
        return matcher;
    }

    /** With variables in its values replaced. */
    @NonNull
    public Registry expanded(@NonNull UnaryOperator<String> expansion) {
        return new Registry(expansion.apply(url), credentialsId == null ? null : expansion.apply(credentialsId));
    }

    static CredentialsMatcher credentials() {
        return AuthenticationTokens.matcher(DockerRegistryToken.class);
    }

    @Extension
    @Symbol("registry")
    public static final class DescriptorImpl extends Descriptor<Registry> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.Registry_displayName();
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
        public FormValidation doCheckUrl(@AncestorInPath Item item, @QueryParameter String value) {
            return Permissions.mayConfigure(item) && !URL.matcher(value.trim()).matches()
                    ? FormValidation.error(Messages.Registry_noHost(value))
                    : FormValidation.ok();
        }
    }
}
