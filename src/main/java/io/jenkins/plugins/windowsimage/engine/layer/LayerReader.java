package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Reads the entries of a layer tar one after the other. Names come out without {@code ./}, leading and trailing slashes; one that
 * climbs out of the layer ends the reading. For one thread at a time.
 */
public final class LayerReader implements Closeable {
    /** The most that the headers of one entry may take, long names and PAX records included. */
    private static final int MOST_HEADER_BYTES = 1 << 20;

    private final String name;
    private final ReadLimits limits;
    private final EntryParser parser;
    private final Metered metered;
    private final TarArchiveInputStream tar;
    private TarArchiveEntry current;
    private long count;

    /**
     * Begins to read.
     *
     * @param tar uncompressed, such as a {@link LayerInputStream}; closed with this reader
     * @param name of the layer in error messages, such as {@code layer sha256:...}
     */
    public LayerReader(InputStream tar, String name, TarLayout layout, ReadLimits limits) {
        this.name = name;
        this.limits = limits;
        this.parser = new EntryParser(name, layout);
        this.metered = new Metered(tar);
        this.tar = new TarArchiveInputStream(metered, "UTF-8");
    }

    /**
     * The next entry; what no Windows image can hold (devices, pipes) is left out.
     *
     * @return null at the end
     * @throws EngineException of kind {@link ErrorKind#TAR_EXTRACT_FAILED} if the layer is damaged or goes beyond the limits
     */
    public LayerEntry next() throws IOException {
        try {
            while (true) {
                if (current != null) {
                    tar.skip(Long.MAX_VALUE);
                }
                metered.allowHeader();
                current = tar.getNextEntry();
                metered.allowContent();
                if (current == null) {
                    return null;
                }
                if (++count > limits.entries()) {
                    throw damaged("has more than " + limits.entries() + " entries", null);
                }
                LayerEntry entry = parser.parse(current);
                if (entry != null) {
                    return entry;
                }
            }
        } catch (EngineException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw damaged("is damaged near byte " + metered.position + " of its tar: " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            // The tar reader calls itself for each header before that of the entry.
            throw damaged("is damaged near byte " + metered.position + " of its tar: an entry has too many headers", e);
        }
    }

    private EngineException damaged(String why, Throwable cause) {
        return new EngineException(ErrorKind.TAR_EXTRACT_FAILED, "the " + name + " " + why, cause);
    }

    /** The content of the entry last returned; valid until the next one, not to be closed. */
    public InputStream content() {
        return tar;
    }

    /** Where the content of the entry last returned begins in the tar; -1 if it does not lie there in one piece. */
    long contentOffset() {
        return current.isSparse() ? -1 : metered.position;
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }

    /** Knows the position, and stops headers that are so long that only memory would be wasted on them. */
    private static final class Metered extends FilterInputStream {
        private long position;
        private long mostPosition = MOST_HEADER_BYTES;

        Metered(InputStream in) {
            super(in);
        }

        void allowHeader() {
            mostPosition = position + MOST_HEADER_BYTES;
        }

        void allowContent() {
            mostPosition = Long.MAX_VALUE;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return (int) count(super.read(bytes, offset, length));
        }

        @Override
        public long skip(long bytes) throws IOException {
            return count(super.skip(bytes));
        }

        private long count(long more) throws IOException {
            position += Math.max(0, more);
            if (position > mostPosition) {
                throw new IOException("the headers of an entry are longer than " + MOST_HEADER_BYTES + " bytes");
            }
            return more;
        }
    }
}
