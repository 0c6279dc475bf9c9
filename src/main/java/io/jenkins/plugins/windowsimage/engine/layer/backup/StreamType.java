package io.jenkins.plugins.windowsimage.engine.layer.backup;

/** Kinds of streams within the backup stream of a file; their ids are those of WIN32_STREAM_ID (winbase.h). */
public enum StreamType {
    /** The content of the file. */
    DATA(1),
    /** Extended attributes, see {@link ExtendedAttributes}. */
    EXTENDED_ATTRIBUTES(2),
    /** A self-relative security descriptor. */
    SECURITY(3),
    /** A further, named content. */
    ALTERNATE_DATA(4),
    LINK(5),
    PROPERTIES(6),
    OBJECT_ID(7),
    /** See {@link ReparsePoint}. */
    REPARSE_POINT(8),
    /** A piece of the sparse content that came before. */
    SPARSE_BLOCK(9),
    TRANSACTION(10),
    GHOSTED_EXTENTS(11);

    private static final StreamType[] BY_ID = new StreamType[12];

    static {
        for (StreamType type : values()) {
            BY_ID[type.id] = type;
        }
    }

    private final int id;

    StreamType(int id) {
        this.id = id;
    }

    int id() {
        return id;
    }

    /** The type with an id; null if there is none. */
    static StreamType of(int id) {
        return id > 0 && id < BY_ID.length ? BY_ID[id] : null;
    }
}
