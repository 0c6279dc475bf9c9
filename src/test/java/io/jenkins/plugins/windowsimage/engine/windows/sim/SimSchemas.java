package io.jenkins.plugins.windowsimage.engine.windows.sim;

import static io.jenkins.plugins.windowsimage.engine.windows.sim.SimSchema.BOOLEAN;
import static io.jenkins.plugins.windowsimage.engine.windows.sim.SimSchema.GUID;
import static io.jenkins.plugins.windowsimage.engine.windows.sim.SimSchema.INTEGER;
import static io.jenkins.plugins.windowsimage.engine.windows.sim.SimSchema.STRING;
import static io.jenkins.plugins.windowsimage.engine.windows.sim.SimSchema.arrayOf;
import static io.jenkins.plugins.windowsimage.engine.windows.sim.SimSchema.mapOf;
import static io.jenkins.plugins.windowsimage.engine.windows.sim.SimSchema.object;
import static io.jenkins.plugins.windowsimage.engine.windows.sim.SimSchema.oneOf;

/** The documents of the services. Source: Microsoft's HCS and HCN schema references; hcsshim for version 1. */
final class SimSchemas {
    private static final SimSchema VERSION =
            object().required("Major", oneOf(2)).required("Minor", oneOf(0, 1));

    private static final SimSchema MAPPED_DIRECTORY = object()
            .required("HostPath", STRING)
            .required("ContainerPath", STRING)
            .optional("ReadOnly", BOOLEAN);

    /** HcsCreateComputeSystem of computecore.dll, container part. */
    static final SimSchema CONTAINER = object()
            .required("Owner", STRING)
            .required("SchemaVersion", VERSION)
            .required("ShouldTerminateOnLastHandleClosed", BOOLEAN)
            .required("Container", object()
                    .required("GuestOs", object().required("HostName", STRING))
                    .required("Storage", object()
                            .required("Layers", arrayOf(object().required("Id", GUID).required("Path", STRING)))
                            .required("Path", STRING))
                    .optional("MappedDirectories", arrayOf(MAPPED_DIRECTORY))
                    .optional("Networking", object()
                            .required("Namespace", GUID)
                            .optional("AllowUnqualifiedDnsQuery", BOOLEAN)
                            .optional("DnsSearchList", STRING))
                    .optional("Processor", object().optional("Count", INTEGER).optional("Maximum", INTEGER))
                    .optional("Memory", object().required("SizeInMB", INTEGER)));

    /** HcsCreateComputeSystem of vmcompute.dll. */
    static final SimSchema VERSION_1 = object()
            .required("SystemType", oneOf("Container"))
            .required("Name", STRING)
            .required("Owner", STRING)
            .optional("IgnoreFlushesDuringBoot", BOOLEAN)
            .required("LayerFolderPath", STRING)
            .required("Layers", arrayOf(object().required("ID", GUID).required("Path", STRING)))
            .required("HostName", STRING)
            .required("HvPartition", BOOLEAN)
            .required("HvRuntime", object().required("ImagePath", STRING).optional("SkipTemplate", BOOLEAN))
            .optional("EndpointList", arrayOf(GUID))
            .optional("AllowUnqualifiedDNSQuery", BOOLEAN)
            .optional("DNSSearchList", STRING)
            .optional("ProcessorCount", INTEGER)
            .optional("MemoryMaximumInMB", INTEGER)
            .optional("MappedDirectories", arrayOf(MAPPED_DIRECTORY))
            .required("TerminateOnLastHandleClosed", BOOLEAN);

    static final SimSchema PROCESS = object()
            .required("CommandLine", STRING)
            .optional("WorkingDirectory", STRING)
            .optional("User", STRING)
            .optional("Environment", mapOf(STRING))
            .optional("EmulateConsole", BOOLEAN)
            .optional("CreateStdInPipe", BOOLEAN)
            .optional("CreateStdOutPipe", BOOLEAN)
            .optional("CreateStdErrPipe", BOOLEAN);

    static final SimSchema MODIFY_PROCESS = object()
            .required("Operation", oneOf("CloseHandle"))
            .required("CloseHandle", object().required("Handle", oneOf("StdIn")));

    static final SimSchema SYSTEM_QUERY = object()
            .optional("Owners", arrayOf(STRING))
            .optional("Types", arrayOf(oneOf("Container", "VirtualMachine")))
            .optional("Ids", arrayOf(STRING))
            .optional("Names", arrayOf(STRING));

    private static final SimSchema ROUTE =
            object().required("NextHop", STRING).required("DestinationPrefix", STRING);

    static final SimSchema NETWORK_QUERY =
            object().required("SchemaVersion", VERSION).required("Flags", INTEGER).optional("Filter", STRING);

    static final SimSchema NETWORK = object()
            .required("Name", STRING)
            .required("Type", oneOf("NAT", "Transparent", "Internal"))
            .required("Ipams", arrayOf(object()
                    .required("Type", oneOf("Static"))
                    .required("Subnets", arrayOf(object()
                            .required("IpAddressPrefix", STRING)
                            .optional("Routes", arrayOf(ROUTE))))))
            .optional("Flags", INTEGER)
            .required("SchemaVersion", VERSION);

    static final SimSchema ENDPOINT = object()
            .required("Name", STRING)
            .required("HostComputeNetwork", GUID)
            .optional("Dns", object()
                    .optional("Domain", STRING)
                    .optional("Search", arrayOf(STRING))
                    .optional("ServerList", arrayOf(STRING)))
            .optional("Routes", arrayOf(ROUTE))
            .required("SchemaVersion", VERSION);

    static final SimSchema NAMESPACE =
            object().optional("Type", oneOf("Host")).required("SchemaVersion", VERSION);

    static final SimSchema MODIFY_NAMESPACE = object()
            .required("ResourceType", oneOf("Endpoint"))
            .required("RequestType", oneOf("Add", "Remove"))
            .required("Settings", object().required("EndpointId", GUID));

    private SimSchemas() {}
}
