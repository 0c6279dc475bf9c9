package io.jenkins.plugins.windowsimage.engine.windows.compute;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import io.jenkins.plugins.windowsimage.engine.windows.ContainerSpec;
import io.jenkins.plugins.windowsimage.engine.windows.ContainerSpec.Attachment;
import io.jenkins.plugins.windowsimage.engine.windows.ProcessSpec;
import io.jenkins.plugins.windowsimage.engine.windows.ReadOnlyLayer;
import io.jenkins.plugins.windowsimage.engine.windows.RunRequest.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.Test;

/** The documents that the compute service gets, word for word, and how its answers are read. */
public class DocumentsTest {
    private static final UUID ID = UUID.fromString("b1f0c2d3-a4e5-4a7b-8c9d-0123456789ab");
    private static final UUID TOP = new UUID(1, 2);
    private static final UUID BASE = new UUID(1, 3);
    private static final UUID NAMESPACE = new UUID(5, 6);
    private static final UUID ENDPOINT = new UUID(5, 7);
    private static final List<ReadOnlyLayer> PARENTS = List.of(
            new ReadOnlyLayer(TOP, Path.of("/layers/top")), new ReadOnlyLayer(BASE, Path.of("/layers/base")));

    private static ContainerSpec spec(boolean hyperv, List<Mount> mounts, Attachment network, long memory, double cpus) {
        return new ContainerSpec(hyperv, PARENTS, Path.of("/scratch/s"), "\\\\?\\Volume{1}\\", mounts, network, memory, cpus);
    }

    @Test
    public void a_plain_container_has_no_field_that_is_not_needed() {
        String document = Json.write(ContainerDocument.of(spec(false, List.of(), null, 0, 0), ID, "me"));
        assertEquals("""
                {"Owner":"me","SchemaVersion":{"Major":2,"Minor":1},"ShouldTerminateOnLastHandleClosed":true,\
                "Container":{"GuestOs":{"HostName":"bb1f0c2d3a4e5"},"Storage":{"Layers":[\
                {"Id":"00000000-0000-0001-0000-000000000002","Path":"/layers/top"},\
                {"Id":"00000000-0000-0001-0000-000000000003","Path":"/layers/base"}],\
                "Path":"\\\\\\\\?\\\\Volume{1}\\\\"}}}""", document);
    }

    @Test
    public void mounts_network_and_limits_are_added() {
        ContainerSpec spec = spec(false, List.of(new Mount(Path.of("/cache"), "C:\\cache", true)),
                new Attachment(NAMESPACE, ENDPOINT, List.of("a.example", "b.example")), 512L << 20, 1);
        String document = Json.write(ContainerDocument.of(spec, ID, "me"));
        assertTrue(document, document.endsWith("""
                "MappedDirectories":[{"HostPath":"/cache","ContainerPath":"C:\\\\cache","ReadOnly":true}],\
                "Networking":{"Namespace":"00000000-0000-0005-0000-000000000006","AllowUnqualifiedDnsQuery":true,\
                "DnsSearchList":"a.example,b.example"},"Processor":{"Count":1},"Memory":{"SizeInMB":512}}}"""));
    }

    @Test
    public void a_part_of_a_processor_becomes_a_share_of_all() {
        String document = Json.write(ContainerDocument.of(spec(false, List.of(), null, 0, 0.5), ID, "me"));
        int share = Math.round(5000f / Runtime.getRuntime().availableProcessors());
        assertTrue(document, document.contains("\"Processor\":{\"Maximum\":" + share + "}"));
    }

    @Test
    public void a_machine_of_its_own_has_enough_memory_and_no_template() {
        String document = Json.write(
                HypervDocument.of(spec(true, List.of(), null, 0, 0), ID, "me", Path.of("/layers/base/UtilityVM")));
        int processors = Math.min(2, Runtime.getRuntime().availableProcessors());
        assertEquals("""
                {"SystemType":"Container","Name":"b1f0c2d3-a4e5-4a7b-8c9d-0123456789ab","Owner":"me",\
                "IgnoreFlushesDuringBoot":true,"LayerFolderPath":"/scratch/s","Layers":[\
                {"ID":"00000000-0000-0001-0000-000000000002","Path":"/layers/top"},\
                {"ID":"00000000-0000-0001-0000-000000000003","Path":"/layers/base"}],\
                "HostName":"bb1f0c2d3a4e5","HvPartition":true,\
                "HvRuntime":{"ImagePath":"/layers/base/UtilityVM","SkipTemplate":true},"ProcessorCount":%d,\
                "MemoryMaximumInMB":2048,"TerminateOnLastHandleClosed":true}""".formatted(processors), document);
    }

    @Test
    public void a_machine_of_its_own_gets_the_endpoint_itself() {
        String document = Json.write(HypervDocument.of(
                spec(true, List.of(), new Attachment(null, ENDPOINT, List.of()), 1L << 30, 0), ID, "me", Path.of("/u")));
        assertTrue(document, document.contains("\"EndpointList\":[\"00000000-0000-0005-0000-000000000007\"]"));
        assertTrue(document, document.contains("\"MemoryMaximumInMB\":1024"));
    }

    @Test
    public void a_process_has_three_pipes_and_no_console() {
        ProcessSpec process = new ProcessSpec("cmd /S /C echo \"hi\"", Map.of("FOO", ""), "C:\\", null, null);
        assertEquals("""
                {"CommandLine":"cmd /S /C echo \\"hi\\"","WorkingDirectory":"C:\\\\","Environment":{"FOO":""},\
                "EmulateConsole":false,"CreateStdInPipe":true,"CreateStdOutPipe":true,"CreateStdErrPipe":true}""",
                Json.write(ProcessDocument.of(process)));
    }

    @Test
    public void a_host_name_has_at_most_15_characters_and_not_digits_alone() {
        for (int i = 0; i < 100; i++) {
            String name = HostName.of(new UUID(i, i));
            assertTrue(name, name.matches("[a-z][a-z0-9]{0,14}"));
        }
    }

    @Test
    public void an_exit_code_counts_once_the_process_has_ended_and_the_wait_for_it_succeeded() {
        assertEquals(Optional.of(new ProcessStatus(3)),
                ProcessStatus.parse("{\"ProcessId\":8,\"Exited\":true,\"ExitCode\":3,\"LastWaitResult\":0}"));
        assertEquals(Optional.of(new ProcessStatus(0xC0000005)),
                ProcessStatus.parse("{\"Exited\":true,\"ExitCode\":3221225477,\"LastWaitResult\":0}"));
        assertEquals(Optional.of(new ProcessStatus(-1)),
                ProcessStatus.parse("{\"Exited\":true,\"ExitCode\":0,\"LastWaitResult\":-1}"));
        assertEquals(Optional.empty(), ProcessStatus.parse("{\"Exited\":false,\"ExitCode\":0}"));
    }

    @Test
    public void a_status_inside_another_object_is_read_as_well() {
        assertEquals(Optional.of(new ProcessStatus(7)),
                ProcessStatus.parse("{\"ProcessStatus\":{\"Exited\":true,\"ExitCode\":7,\"LastWaitResult\":0}}"));
    }

    @Test
    public void what_is_no_status_is_none() {
        assertEquals(Optional.empty(), ProcessStatus.parse(null));
        assertEquals(Optional.empty(), ProcessStatus.parse("nonsense"));
        assertEquals(Optional.empty(), ProcessStatus.parse("{\"State\":\"Running\"}"));
    }

    @Test
    public void an_error_document_becomes_its_sentences_each_once() {
        assertEquals("Layer is damaged.; at vmcompute", ResultError.describe("""
                {"Error":-2143878894,"ErrorMessage":"Layer is damaged.","Attribution":[],"ErrorEvents":[\
                {"Message":"Layer is damaged.","Provider":"x"},{"Message":"at vmcompute","Data":[]}]}"""));
    }

    @Test
    public void an_error_document_of_another_form_is_shown_as_it_is() {
        assertEquals("went wrong", ResultError.describe(" went wrong "));
        assertEquals("{\"Other\":1}", ResultError.describe("{\"Other\":1}"));
        assertNull(ResultError.describe(null));
        assertNull(ResultError.describe(""));
    }
}
