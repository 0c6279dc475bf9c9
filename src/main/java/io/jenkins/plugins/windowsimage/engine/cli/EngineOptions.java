package io.jenkins.plugins.windowsimage.engine.cli;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.build.Engine;
import io.jenkins.plugins.windowsimage.engine.store.StorageRoot;
import picocli.CommandLine.Mixin;

/** The options of commands that work with the store and with registries. */
final class EngineOptions {
    @Mixin
    private CommonOptions common;

    @Mixin
    private RegistryOptionsMixin registries;

    CommonOptions common() {
        return common;
    }

    StorageRoot root() {
        return common.root() == null ? StorageRoot.open(System.getenv()) : new StorageRoot(common.root());
    }

    /** Opens the store; a signal cancels what is done with it. */
    Engine open() {
        return open(Signals.cancellation());
    }

    Engine open(Cancellation cancellation) {
        return new Engine(root(), registries.options(), cancellation);
    }
}
