package io.jenkins.plugins.windowsimage.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.ExtensionList;
import hudson.Util;
import java.util.List;
import jenkins.model.GlobalConfiguration;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundSetter;

/** What holds for all image builds of this Jenkins. */
@Extension
@Symbol("windowsImageBuild")
public final class WindowsImageConfiguration extends GlobalConfiguration {
    private String insecureRegistries;
    private String storageRoot;

    public WindowsImageConfiguration() {
        load();
    }

    public static WindowsImageConfiguration get() {
        return ExtensionList.lookupSingleton(WindowsImageConfiguration.class);
    }

    /** Registries to speak plain HTTP with, {@code HOST[:PORT]}, separated by commas or white space; null for none. */
    @CheckForNull
    public String getInsecureRegistries() {
        return insecureRegistries;
    }

    @DataBoundSetter
    public void setInsecureRegistries(@CheckForNull String insecureRegistries) {
        this.insecureRegistries = Util.fixEmptyAndTrim(insecureRegistries);
        save();
    }

    /** The same as a list. */
    @NonNull
    public List<String> insecureRegistryHosts() {
        return insecureRegistries == null ? List.of() : List.of(insecureRegistries.split("[,\\s]+"));
    }

    /** Folder on agents where images and layers are kept; null for the engine's own choice. */
    @CheckForNull
    public String getStorageRoot() {
        return storageRoot;
    }

    @DataBoundSetter
    public void setStorageRoot(@CheckForNull String storageRoot) {
        this.storageRoot = Util.fixEmptyAndTrim(storageRoot);
        save();
    }
}
