package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.image.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;

/** Computes the keys of a {@link DigestTable} from stamps, with one running hash for as many as wished. For one thread at a time. */
final class StampKeys {
    private final MessageDigest sha256 = Digest.start();
    private final ByteBuffer numbers = ByteBuffer.allocate(4 * Long.BYTES + 2 * Integer.BYTES);
    private final byte[] hash = new byte[32];
    private final ByteBuffer key = ByteBuffer.wrap(hash, 0, DigestTable.KEY_BYTES);
    private String root;
    private byte[] rootBytes;

    /** The key for a stamp, valid until the next one is asked for. */
    ByteBuffer of(FileStamp stamp) {
        numbers.clear();
        numbers.putLong(stamp.size()).putLong(stamp.number());
        numbers.putLong(stamp.modified().getEpochSecond()).putInt(stamp.modified().getNano());
        numbers.putLong(stamp.changed().getEpochSecond()).putInt(stamp.changed().getNano());
        if (!stamp.root().equals(root)) {
            root = stamp.root();
            rootBytes = (root + '\0').getBytes(StandardCharsets.UTF_8);
        }
        sha256.update(numbers.array());
        sha256.update(rootBytes);
        sha256.update(stamp.path().getBytes(StandardCharsets.UTF_8));
        try {
            sha256.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes", e);
        }
        return key;
    }
}
