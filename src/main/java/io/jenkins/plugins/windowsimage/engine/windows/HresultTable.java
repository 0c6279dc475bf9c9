package io.jenkins.plugins.windowsimage.engine.windows;

import java.util.HashMap;
import java.util.Map;

/**
 * What the error codes of the Host Compute Service, Host Compute Network and Win32 mean, why they usually come, and what to do.
 * The service has two families for the same conditions, 0x803701xx and 0xC03701xx, which are equal in their lowest 12 bits.
 * Sources: winerror.h; the reports of users that the project's documentation names.
 */
public final class HresultTable {

    /**
     * @param sentence what happened, to be read after "returned 0x..., "
     * @param cause why it usually happens; null when the sentence says it
     * @param remedy what to do; null when nothing general helps
     * @param passing whether the same call may succeed a moment later
     */
    public record Meaning(String sentence, String cause, String remedy, boolean passing) {
        /** Cause and remedy as one text; null when there is neither. */
        public String hint() {
            if (cause == null) {
                return remedy;
            }
            return remedy == null ? cause : cause + " " + remedy;
        }
    }

    private static final Map<Integer, Meaning> MEANINGS = new HashMap<>();

    private HresultTable() {}

    private static void put(int code, String sentence, String cause, String remedy) {
        MEANINGS.put(code, new Meaning(sentence, cause, remedy, false));
    }

    private static void passing(int code, String sentence, String cause, String remedy) {
        MEANINGS.put(code, new Meaning(sentence, cause, remedy, true));
    }

    /** What a code means; an unknown one gets a sentence that says so. */
    public static Meaning lookup(int hresult) {
        Meaning known = MEANINGS.get(canonical(hresult));
        return known != null ? known : new Meaning("an error without a known explanation", null, null, false);
    }

    /** Whether two codes name the same condition of the Host Compute Service. */
    public static boolean same(int hresult, int other) {
        return canonical(hresult) == canonical(other);
    }

    /** One code for both families of the Host Compute Service. */
    private static int canonical(int hresult) {
        return (hresult & 0xFFFFF000) == 0xC0370000 ? hresult & 0xFFF | 0x80370000 : hresult;
    }

    static {
        final String restart = "Restart the service vmcompute; if it comes again, restart the machine.";
        final String versions = "The image and this host have Windows versions that do not go together.";
        put(0x80370100, "the container ended while it was starting", versions,
                "Install the latest Windows updates on this host, or use --isolation hyperv.");
        put(0x80370101, "the Windows version of the image does not match this host", versions,
                "Use a base image tag of this host's version, or --isolation hyperv.");
        put(0x80370102, "Hyper-V is not available",
                "The Hyper-V role is missing, or this is a virtual machine without nested virtualization.",
                "Install the Hyper-V feature and enable nested virtualization, or use --isolation process.");
        put(0x80370103, "the operation is still pending", null, null);
        put(0x80370104, "the service sent too many notifications", null, restart);
        put(0x80370105, "the container is not in a state that allows this", null, null);
        passing(0x80370106, "the container ended unexpectedly",
                "Usually this host is less patched than the image, or a security or monitoring agent interferes.",
                "Install the latest Windows updates, exclude the storage root from scanning, or use --isolation hyperv.");
        put(0x80370107, "the container was terminated", null, null);
        put(0x80370108, "the virtual machine of the container cannot be reached", "It did not start properly.",
                "Give it more memory with --memory.");
        put(0x80370109, "the virtual machine of the container did not answer in time",
                "It starts slowly, for lack of memory or processors or under nested virtualization.",
                "Give it more memory with --memory, or run fewer builds at once.");
        put(0x8037010A, "the virtual machine of the container closed the connection", null, restart);
        put(0x8037010B, "the container does not know a message of this host", versions,
                "Use a base image tag of this host's version.");
        put(0x8037010C, "the container speaks another protocol version than this host", versions,
                "Use a base image tag of this host's version.");
        put(0x8037010D, "the service refuses the document it was sent",
                "This Windows build does not know one of its fields.", "Report this with the whole message.");
        put(0x8037010E, "there is no such container", null, null);
        put(0x8037010F, "a container with this id exists already", "An earlier one was not cleaned up.", restart);
        put(0x80370110, "the container has stopped already", null, null);
        put(0x80370111, "the service and the container disagree on their protocol", versions, restart);
        put(0x80370112, "the service does not recognise a layer of the image",
                "The layer was damaged while it was unpacked, or this Windows build has a defect with images of this version.",
                "Run windows-image prune and build again; if it comes again, use a base image of another version.");
        put(0x80370113, "this needs a Windows Insider build", null, null);
        put(0x80370114, "a Windows feature that containers need is missing", null,
                "Install the Windows feature Containers and restart.");
        put(0x80370115, "the operation was never started", null, null);
        put(0x80370116, "the operation was started twice", null, null);
        put(0x80370117, "the operation is still pending", null, null);
        put(0x80370118, "the operation did not end in time", "The service is overloaded or hangs.", restart);
        put(0x80370119, "a callback is set already", null, null);
        put(0x8037011A, "there is no memory for the result", null, "Free memory on this host.");
        put(0x8037011B, "the service denies access", "Only administrators may run containers.",
                "Run as an administrator with an elevated token, or as LocalSystem.");
        put(0x8037011C, "Windows in the container crashed", null,
                "Install the latest Windows updates, or give it more memory with --memory.");
        put(0x8037011D, "the service has no information about the process yet", null, null);
        put(0x8037011E, "the service was restarted", "All containers of this build are gone.", "Build again.");
        put(0x8037011F, "the process has stopped already", null, null);
        put(0x80370120, "the container is not configured for this operation", null, null);
        put(0x80370121, "the operation was cancelled", null, null);
        put(0xC0351000, "no hypervisor is running",
                "Hyper-V is not installed, or this is a virtual machine without nested virtualization.",
                "Install the Hyper-V feature and enable nested virtualization, or use --isolation process.");

        network();
        win32();
        virtualDisks();
    }

    private static void network() {
        put(0x803B0001, "there is no such network", "It was removed while the build ran, or never made.",
                "List the networks with Get-HnsNetwork and name one with --network.");
        put(0x803B0002, "there is no such endpoint", null, null);
        passing(0x803B0010, "the network exists already", "Another program made it at the same moment.", null);
        put(0x803B0014, "the endpoint is attached to another container", null, null);
        put(0x803B0015, "the network service does not support this request", null,
                "Use --network nat, or a network of another type.");
        put(0x803B001B, "the network service refuses the document it was sent", null,
                "Report this with the whole message.");
        put(0x803B002B, "the endpoint is in a namespace already", null, null);
        passing(0x803B002C, "the object is still in use", "A container still has it.", null);
        passing(0x803B002E, "the network service cannot attach the namespace", "The endpoint or namespace is still in use.",
                "Restart the service hns.");
        passing(0x803B002F, "the network has no free address, or the address is reserved",
                "Endpoints of earlier containers still hold addresses.",
                "Remove stale endpoints with Get-HnsEndpoint | Remove-HnsEndpoint, or restart the service hns.");
        put(0x803B0030, "the address prefix is not valid", null, null);
        put(0x803B0032, "the subnet is not valid", null, null);
        put(0x803B0034, "the endpoint is not attached", null, null);
        passing(0x80071392, "the object exists already", "Another program made it at the same moment.", null);
    }

    private static void win32() {
        put(0x80070002, "a file was not found", "A program is not on the PATH, or a layer is incomplete.", null);
        put(0x80070003, "a path was not found",
                "A layer below is missing or damaged, or was left half-made by a build that was interrupted.",
                "Run windows-image prune and build again.");
        passing(0x80070005, "access was denied",
                "The account lacks rights, or a virus scanner holds a file that was just written.",
                "Run elevated, and exclude the storage root and this program from scanning.");
        put(0x8007000D, "the data is not valid", "A layer is damaged.", "Run windows-image prune and build again.");
        put(0x8007000E, "there is not enough memory", null, "Free memory on this host.");
        passing(0x80070015, "the disk is not ready", "It was attached a moment ago.", null);
        passing(0x80070020, "a file is in use by another process",
                "A virus scanner or indexer opened it, or a handle was closed a moment ago.",
                "Exclude the storage root and this program from scanning.");
        put(0x80070032, "the request is not supported",
                "The storage root is not on NTFS, or hyper-v isolation does not work in this virtual machine.",
                "Put the storage root on an NTFS volume.");
        put(0x80070057, "a parameter is not valid", null, "Report this with the whole message.");
        put(0x80070070, "the disk is full", null, "Free space on the volume of the storage root, or run windows-image prune.");
        put(0x800700B7, "the file exists already", "Two programs use one storage root, or a layer names a file twice.", null);
        put(0x8007010B, "the working directory is not valid", null, "Check WORKDIR.");
        passing(0x8007012F, "a file is being deleted", "A handle to it is still open.", null);
        put(0x800703F1, "a registry hive is damaged", "The layer is damaged.", "Run windows-image prune and build again.");
        put(0x8007045B, "the machine is shutting down", null, null);
        passing(0x8007048F, "the disk is not connected", "It was attached a moment ago.", null);
        put(0x80070490, "the element was not found", null, null);
        put(0x80070514, "the account lacks a privilege", "The token is not elevated.",
                "Run as an administrator with an elevated token, or as LocalSystem.");
        put(0x80070522, "the account lacks a privilege", "The token is not elevated.",
                "Run as an administrator with an elevated token, or as LocalSystem.");
        put(0x8007052E, "the image has no such user", null, "Check USER; add the account with net user before.");
        put(0x800705AA, "there are not enough system resources",
                "Machines restarted with running containers lose network interface indices, or memory is short.",
                "Free memory; if it stays, remove stale container network adapters and restart the machine.");
        passing(0x800705B4, "the operation timed out", "Several layers were mounted at once.", restart());
        put(0x8007007E, "a DLL was not found", "The Windows feature Containers is not installed.",
                "Install the Windows feature Containers and restart.");
        put(0x80004005, "the operation failed without a reason", null, null);
    }

    private static String restart() {
        return "Restart the service vmcompute; if it comes again, restart the machine.";
    }

    private static void virtualDisks() {
        put(0xC03A0014, "the virtual disk is damaged", null, "Run windows-image prune and build again.");
        passing(0xC03A001C, "the virtual disk is attached already", "An interrupted build left it attached.", null);
    }
}
