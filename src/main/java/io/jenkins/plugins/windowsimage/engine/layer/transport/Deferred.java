package io.jenkins.plugins.windowsimage.engine.layer.transport;

import io.jenkins.plugins.windowsimage.engine.layer.backup.BasicInfo;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What has to be done once all files are there, kept in a file because a layer may hold a million of it. For one thread
 * at a time.
 */
final class Deferred implements Closeable {
    private final Path file;
    private final DataOutputStream out;
    private long count;

    /** @param file must not exist; deleted when this is closed */
    Deferred(Path file) throws IOException {
        this.file = file;
        this.out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    }

    /** Something to be done with a path. */
    @FunctionalInterface
    interface Action {
        /**
         * @param other what was noted with the path; empty if nothing was
         * @param info as it was noted
         */
        void on(String path, String other, BasicInfo info) throws IOException;
    }

    void add(String path, String other, BasicInfo info) throws IOException {
        write(path);
        write(other);
        out.writeLong(info.created());
        out.writeLong(info.accessed());
        out.writeLong(info.modified());
        out.writeLong(info.changed());
        out.writeInt(info.attributes());
        count++;
    }

    private void write(String text) throws IOException {
        out.writeInt(text.length());
        out.writeChars(text);
    }

    /** Does it, in the order in which it was noted. */
    void forEach(Action action) throws IOException {
        out.flush();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            for (long i = 0; i < count; i++) {
                String path = read(in);
                String other = read(in);
                action.on(path, other,
                        new BasicInfo(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readInt()));
            }
        }
    }

    private static String read(DataInputStream in) throws IOException {
        char[] text = new char[in.readInt()];
        for (int i = 0; i < text.length; i++) {
            text[i] = in.readChar();
        }
        return new String(text);
    }

    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(file);
    }
}
