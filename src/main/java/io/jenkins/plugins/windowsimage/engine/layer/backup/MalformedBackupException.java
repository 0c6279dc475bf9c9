package io.jenkins.plugins.windowsimage.engine.layer.backup;

import java.io.IOException;

/** Bytes that are no backup stream, or a part of one that is not what it claims to be. */
public final class MalformedBackupException extends IOException {
    private static final long serialVersionUID = 1L;

    public MalformedBackupException(String message) {
        super(message);
    }
}
