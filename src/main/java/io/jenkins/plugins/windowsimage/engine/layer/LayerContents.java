package io.jenkins.plugins.windowsimage.engine.layer;

import io.jenkins.plugins.windowsimage.engine.Cancellation;
import io.jenkins.plugins.windowsimage.engine.files.FileNode;
import io.jenkins.plugins.windowsimage.engine.files.FileTree;
import io.jenkins.plugins.windowsimage.engine.store.ContentStore;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** The tars of a stack of layer blobs, and pieces of them. Thread-safe. */
final class LayerContents {
    private final ContentStore store;
    private final List<LayerBlob> layers;
    private final ReadLimits limits;
    private final ExecutorService workers;
    private final Cancellation cancellation;

    /** A file to be read, and where its content lies. */
    record Wanted(FileNode file, MergedLayers.Content content) {}

    LayerContents(ContentStore store, List<LayerBlob> layers, ReadLimits limits, ExecutorService workers,
            Cancellation cancellation) {
        this.store = store;
        this.layers = List.copyOf(layers);
        this.limits = limits;
        this.workers = workers;
        this.cancellation = cancellation;
    }

    /** What a layer is called in error messages. */
    String name(int layer) {
        return "layer " + layers.get(layer).descriptor().digest();
    }

    LayerBlob layer(int layer) {
        return layers.get(layer);
    }

    LayerInputStream open(int layer, boolean hashing) throws IOException {
        InputStream blob = Channels.newInputStream(store.open(layers.get(layer).descriptor().digest()));
        return new LayerInputStream(blob, name(layer), limits, workers, cancellation, hashing);
    }

    /**
     * Delivers the contents in the order in which they lie in the layers. Each blob is gone through once, from its start to the
     * last content wanted; once more only for content that is wanted under several names.
     */
    void read(List<Wanted> files, FileTree.ContentReader reader) throws IOException {
        List<Wanted> left = new ArrayList<>(files);
        left.sort(Comparator.comparingInt((Wanted wanted) -> wanted.content().layer())
                .thenComparingLong(wanted -> wanted.content().offset()));
        while (!left.isEmpty()) {
            List<Wanted> again = new ArrayList<>();
            int start = 0;
            while (start < left.size()) {
                int end = start;
                while (end < left.size() && left.get(end).content().layer() == left.get(start).content().layer()) {
                    end++;
                }
                readLayer(left.subList(start, end), reader, again);
                start = end;
            }
            left = again;
        }
    }

    private void readLayer(List<Wanted> files, FileTree.ContentReader reader, List<Wanted> again) throws IOException {
        int layer = files.get(0).content().layer();
        try (LayerInputStream tar = open(layer, false)) {
            long position = 0;
            MergedLayers.Content last = null;
            for (Wanted wanted : files) {
                cancellation.check();
                long offset = wanted.content().offset();
                if (offset < 0) {
                    throw new IOException("\"" + wanted.file().path() + "\" is stored with holes in the " + name(layer)
                            + ", which cannot be read");
                }
                if (wanted.content().equals(last)) {
                    again.add(wanted);
                    continue;
                }
                tar.skipNBytes(offset - position);
                Piece piece = new Piece(tar, wanted.file());
                reader.read(wanted.file(), piece);
                position = offset + wanted.file().size() - piece.left;
                last = wanted.content();
            }
        }
    }

    /** The content of one file out of the tar. */
    private static final class Piece extends InputStream {
        private final InputStream tar;
        private final FileNode file;
        private long left;

        Piece(InputStream tar, FileNode file) {
            this.tar = tar;
            this.file = file;
            this.left = file.size();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                return -1;
            }
            int read = tar.read(bytes, offset, (int) Math.min(length, left));
            if (read < 0) {
                throw new EOFException("the layer of \"" + file.path() + "\" ends within the file");
            }
            left -= read;
            return read;
        }
    }
}
