package io.jenkins.plugins.windowsimage.engine.build;

import io.jenkins.plugins.windowsimage.engine.files.FileOwner;

/** The account that an instruction makes files for. */
final class OwnerFlag {
    private OwnerFlag() {}

    /** The security identifier; null for the usual owner when none is named. */
    static String sid(String account) {
        return account == null ? null : FileOwner.parse(account).sid();
    }
}
