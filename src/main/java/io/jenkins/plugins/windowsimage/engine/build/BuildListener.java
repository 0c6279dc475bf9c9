package io.jenkins.plugins.windowsimage.engine.build;

/** Is told what happens in a build. Called from several threads, one call at a time. */
@FunctionalInterface
public interface BuildListener {
    void on(BuildEvent event);
}
