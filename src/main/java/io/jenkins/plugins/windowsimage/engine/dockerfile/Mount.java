package io.jenkins.plugins.windowsimage.engine.dockerfile;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A {@code RUN --mount}, its variables expanded. Texts that are not given are empty.
 *
 * @param from stage, image or named context; empty for the build context
 * @param readOnly whether the command can only read it
 * @param sizeLimit bytes, for tmpfs; 0 for none
 * @param id of a cache, secret or agent
 * @param sharing of a cache: {@code shared}, {@code private} or {@code locked}; empty for none given
 * @param required whether the build fails without the secret or agent
 * @param env variable that carries the secret; null for none
 * @param mode permission bits; null when not given
 * @param uid owner; null when not given
 * @param gid group; null when not given
 */
public record Mount(
        Type type,
        String from,
        String source,
        String target,
        boolean readOnly,
        long sizeLimit,
        String id,
        String sharing,
        boolean required,
        String env,
        Integer mode,
        Long uid,
        Long gid) {

    /** What is mounted. */
    public enum Type {
        BIND,
        CACHE,
        TMPFS,
        SECRET,
        SSH;

        /** The name in a Dockerfile. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Expands the variables of a value. */
    @FunctionalInterface
    public interface Expander {
        String expand(String value) throws ExpansionException;
    }

    private static final List<String> TYPES = List.of("bind", "cache", "tmpfs", "secret", "ssh");
    private static final List<String> SHARING = List.of("shared", "private", "locked");

    /**
     * Reads the value of a {@code --mount} flag.
     *
     * @throws InvalidMountException with BuildKit's message if it is not valid
     * @throws ExpansionException if a value cannot be expanded
     */
    public static Mount parse(MountFlag flag, Expander expander) throws InvalidMountException, ExpansionException {
        try {
            return new Reader(expander).read(flag.text());
        } catch (SyntaxException e) {
            throw new InvalidMountException(e.getMessage());
        }
    }

    /** A mount that BuildKit would refuse. */
    public static final class InvalidMountException extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidMountException(String message) {
            super(message);
        }
    }

    static boolean truth(String key, String value) throws SyntaxException {
        return switch (value) {
            case "1", "t", "T", "TRUE", "true", "True" -> true;
            case "0", "f", "F", "FALSE", "false", "False" -> false;
            default -> throw invalid(key, value);
        };
    }

    private static SyntaxException invalid(String key, String value) {
        return SyntaxException.ofInstruction("invalid value for " + key + ": " + value);
    }

    private static SyntaxException wrong(String message) {
        return SyntaxException.ofInstruction(message);
    }

    /** Collects the fields of one flag. */
    private static final class Reader {
        private static final List<String> KEYS = List.of(
                "type", "from", "source", "target", "readonly", "id", "sharing", "required", "size", "mode", "uid",
                "gid", "src", "dst", "destination", "ro", "rw", "readwrite", "env");
        private static final Map<Character, Long> UNITS = Map.of(
                'b', 1L, 'k', 1L << 10, 'm', 1L << 20, 'g', 1L << 30, 't', 1L << 40, 'p', 1L << 50);

        private final Expander expander;
        private Type type = Type.BIND;
        private String from = "";
        private String source = "";
        private String target = "";
        private Boolean readOnly;
        private long size;
        private String id = "";
        private String sharing = "";
        private boolean required;
        private String env;
        private Integer mode;
        private Long uid;
        private Long gid;

        Reader(Expander expander) {
            this.expander = expander;
        }

        Mount read(String text) throws SyntaxException, ExpansionException {
            for (String field : CommaFields.parse(text, "mounts")) {
                int equals = field.indexOf('=');
                String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
                if (equals < 0) {
                    flag(key, field);
                } else {
                    value(key, expander.expand(field.substring(equals + 1)), field);
                }
            }
            check();
            boolean writable = type == Type.CACHE || type == Type.TMPFS;
            return new Mount(
                    type, from, source, target, readOnly == null ? !writable : readOnly, size, id, sharing, required, env,
                    mode, uid, gid);
        }

        private void flag(String key, String field) throws SyntaxException {
            switch (key) {
                case "readonly", "ro" -> readOnly = true;
                case "readwrite", "rw" -> readOnly = false;
                case "required" -> {
                    requireAllowed(key);
                    required = true;
                }
                default -> throw wrong("invalid field '" + field + "' must be a key=value pair");
            }
        }

        private void value(String key, String value, String field) throws SyntaxException {
            switch (key) {
                case "type" -> {
                    String name = value.toLowerCase(Locale.ROOT);
                    if (!TYPES.contains(name)) {
                        throw wrong("unsupported mount type " + GoQuote.quote(value)
                                + Suggestion.suffix(Suggestion.nearest(value, TYPES)));
                    }
                    type = Type.valueOf(name.toUpperCase(Locale.ROOT));
                }
                case "from" -> from = value;
                case "source", "src" -> source = value;
                case "target", "dst", "destination" -> target = value;
                case "readonly", "ro" -> readOnly = truth(key, value);
                case "readwrite", "rw" -> readOnly = !truth(key, value);
                case "required" -> {
                    requireAllowed(key);
                    required = truth(key, value);
                }
                case "size" -> {
                    if (type != Type.TMPFS) {
                        throw unexpected(key);
                    }
                    size = bytes(key, value);
                }
                case "id" -> id = value;
                case "sharing" -> {
                    sharing = value.toLowerCase(Locale.ROOT);
                    if (!SHARING.contains(sharing)) {
                        throw wrong("unsupported sharing value " + GoQuote.quote(value)
                                + Suggestion.suffix(Suggestion.nearest(value, SHARING)));
                    }
                }
                case "mode" -> mode = (int) number(key, value, 8);
                case "uid" -> uid = number(key, value, 10);
                case "gid" -> gid = number(key, value, 10);
                case "env" -> env = value;
                default -> throw wrong("unexpected key '" + key + "' in '" + field + "'"
                        + Suggestion.suffix(Suggestion.nearest(key, KEYS)));
            }
        }

        private void requireAllowed(String key) throws SyntaxException {
            if (type != Type.SECRET && type != Type.SSH) {
                throw unexpected(key);
            }
        }

        private SyntaxException unexpected(String key) {
            return wrong("unexpected key '" + key + "' for mount type '" + type.id() + "'");
        }

        private static long number(String key, String value, int radix) throws SyntaxException {
            if (!value.matches("[0-9]{1,12}")) {
                throw wrong("invalid value " + value + " for " + key);
            }
            try {
                long number = Long.parseLong(value, radix);
                if (number <= 0xFFFFFFFFL) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Digits that the radix does not have; refused below like a number that is too large.
            }
            throw wrong("invalid value " + value + " for " + key);
        }

        private static long bytes(String key, String value) throws SyntaxException {
            String text = value.trim().toLowerCase(Locale.ROOT).replaceFirst("^([0-9.]+) ?([kmgtp]?)i?b?$", "$1$2");
            char last = text.isEmpty() ? 'b' : text.charAt(text.length() - 1);
            boolean unit = UNITS.containsKey(last) && text.length() > 1;
            try {
                double amount = Double.parseDouble(unit ? text.substring(0, text.length() - 1) : text);
                if (amount >= 0) {
                    return (long) (amount * (unit ? UNITS.get(last) : 1));
                }
            } catch (NumberFormatException e) {
                // Refused below like a negative size.
            }
            throw invalid(key, value);
        }

        private void check() throws SyntaxException {
            if (type == Type.BIND || type == Type.TMPFS) {
                if (mode != null) {
                    throw notAllowed("mode");
                }
                if (uid != null) {
                    throw notAllowed("uid");
                }
                if (gid != null) {
                    throw notAllowed("gid");
                }
            }
            if (type == Type.SECRET) {
                checkSecret();
            }
            if (!sharing.isEmpty() && type != Type.CACHE) {
                throw wrong("invalid cache sharing set for " + type.id() + " mount");
            }
        }

        private SyntaxException notAllowed(String key) {
            return wrong(key + " not allowed for " + GoQuote.quote(type.id()) + " type mounts");
        }

        private void checkSecret() throws SyntaxException {
            if (!from.isEmpty()) {
                throw wrong("secret mount should not have a from");
            }
            if (!sharing.isEmpty()) {
                throw wrong("secret mount should not define sharing");
            }
            if (source.isEmpty() && target.isEmpty() && id.isEmpty()) {
                throw wrong("invalid secret mount. one of source, target required");
            }
            if (!source.isEmpty() && !id.isEmpty()) {
                throw wrong("both source and id can't be set");
            }
        }
    }
}
