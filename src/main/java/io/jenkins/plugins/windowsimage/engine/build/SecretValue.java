package io.jenkins.plugins.windowsimage.engine.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a secret is. It has no text form of its own, so that it cannot get into a message by mistake. */
final class SecretValue {
    private static final Set<AclEntryPermission> READ = EnumSet.of(
            AclEntryPermission.READ_DATA, AclEntryPermission.READ_ATTRIBUTES, AclEntryPermission.READ_NAMED_ATTRS,
            AclEntryPermission.READ_ACL, AclEntryPermission.EXECUTE, AclEntryPermission.SYNCHRONIZE);
    /** The account that containers of nano server run commands as; administrators of the container are those of the host. */
    private static final String CONTAINER_USER = "User Manager\\ContainerUser";

    private final byte[] value;

    private SecretValue(byte[] value) {
        this.value = value;
    }

    static SecretValue read(BuildOptions.Secret source) throws IOException {
        return new SecretValue(source.file() != null
                ? Files.readAllBytes(source.file())
                : System.getenv(source.variable()).getBytes(StandardCharsets.UTF_8));
    }

    /** For an environment variable. */
    String text() {
        return new String(value, StandardCharsets.UTF_8);
    }

    /**
     * Writes it to a file that other users of this machine cannot read.
     *
     * @param directory of this process; its access rights are narrowed first
     * @return the file
     */
    Path write(Path directory) throws IOException {
        AclFileAttributeView acl = Files.getFileAttributeView(directory, AclFileAttributeView.class);
        if (acl != null) {
            acl.setAcl(entries(directory, acl.getOwner()));
        } else {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
        return Files.write(directory.resolve("secret"), value);
    }

    /** The owner is the group of administrators when the process is elevated, and so that of Windows itself. */
    private static List<AclEntry> entries(Path directory, UserPrincipal owner) throws IOException {
        List<AclEntry> entries = new ArrayList<>();
        entries.add(entry(owner, EnumSet.allOf(AclEntryPermission.class)));
        try {
            entries.add(entry(
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(CONTAINER_USER), READ));
        } catch (UserPrincipalNotFoundException e) {
            // A Windows that has no containers.
        }
        return entries;
    }

    private static AclEntry entry(UserPrincipal who, Set<AclEntryPermission> permissions) {
        return AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(who)
                .setPermissions(permissions)
                .setFlags(AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT)
                .build();
    }
}
