package io.jenkins.plugins.windowsimage.engine.files;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who owns what COPY or ADD puts into an image.
 *
 * @param sid security identifier, such as {@code S-1-5-93-2-2}
 */
public record FileOwner(String sid) {
    /** The account that processes of a container have when nothing else is said; may do everything. */
    public static final FileOwner CONTAINER_ADMINISTRATOR = new FileOwner("S-1-5-93-2-1");
    /** The account that may do little. */
    public static final FileOwner CONTAINER_USER = new FileOwner("S-1-5-93-2-2");

    /** [MS-DTYP] 2.4.2.1: an authority of 48 bits and up to 15 sub-authorities of 32 bits. */
    private static final Pattern SID = Pattern.compile("S-1-\\d{1,15}(?:-\\d{1,10}){1,15}");
    private static final long MOST_SUB_AUTHORITY = 0xFFFF_FFFFL;
    private static final long MOST_AUTHORITY = 0xFFFF_FFFF_FFFFL;
    /** The domain of the accounts that Windows makes for containers. */
    private static final String DOMAIN = "user manager\\";

    /**
     * Reads the value of {@code --chown}: the name of a container account or a SID, in any case; a group behind a colon must be
     * one of these too and has no further meaning.
     *
     * @throws EngineException of kind {@link ErrorKind#INVALID_INSTRUCTION} for any other name
     */
    public static FileOwner parse(String chown) {
        int colon = chown.indexOf(':');
        if (colon < 0) {
            return account(chown, chown);
        }
        account(chown.substring(colon + 1), chown);
        return account(chown.substring(0, colon), chown);
    }

    private static FileOwner account(String text, String chown) {
        return find(text).orElseThrow(() -> new EngineException(ErrorKind.INVALID_INSTRUCTION, "--chown=" + chown + " names \"" + text
                + "\", which is no account that can be looked up while building",
                "use ContainerAdministrator, ContainerUser or a security identifier such as S-1-5-32-545", null));
    }

    /** A container account or a SID, in any case; empty for the name of any other account, which only a running Windows knows. */
    public static Optional<FileOwner> find(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        if (name.startsWith(DOMAIN)) {
            name = name.substring(DOMAIN.length());
        }
        String sid = name.toUpperCase(Locale.ROOT);
        if (name.equals("containeradministrator")) {
            return Optional.of(CONTAINER_ADMINISTRATOR);
        } else if (name.equals("containeruser")) {
            return Optional.of(CONTAINER_USER);
        } else if (isSid(sid)) {
            return Optional.of(new FileOwner(sid));
        }
        return Optional.empty();
    }

    private static boolean isSid(String text) {
        if (!SID.matcher(text).matches()) {
            return false;
        }
        String[] parts = text.split("-");
        for (int i = 3; i < parts.length; i++) {
            if (Long.parseLong(parts[i]) > MOST_SUB_AUTHORITY) {
                return false;
            }
        }
        return Long.parseLong(parts[2]) <= MOST_AUTHORITY;
    }
}
