package dev.assay.inspect;

import com.sun.management.OperatingSystemMXBean;
import dev.assay.ProviderUnavailableException;
import dev.assay.SessionException;
import dev.assay.Version;
import dev.assay.runtime.Cpu;
import dev.assay.runtime.OrtRuntime;
import dev.assay.runtime.Provider;
import dev.assay.runtime.ProviderTrial;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The machine and what Assay can use on it. Cores and memory are those of the container, where there is one.
 *
 * @param assay version of Assay
 * @param onnxruntime version of the loaded ONNX Runtime
 * @param library file it was loaded from; null where the system does not tell
 * @param java version and vendor of the JVM
 * @param os name, version and architecture of the operating system
 * @param cpu the processor
 * @param cores processors this process may use
 * @param memoryBytes memory this process may use
 * @param heapBytes memory Java may use
 * @param temporaryFolder where ONNX Runtime's library is unpacked and profiles are written
 * @param nvidiaDriver version line of the NVIDIA driver; null when there is none, or not on Linux
 * @param providers every provider Assay knows
 */
public record Machine(
        String assay,
        String onnxruntime,
        @Nullable String library,
        String java,
        String os,
        Cpu cpu,
        int cores,
        long memoryBytes,
        long heapBytes,
        Folder temporaryFolder,
        @Nullable String nvidiaDriver,
        List<ProviderState> providers) {
    private static final Path NVIDIA_DRIVER = Path.of("/proc/driver/nvidia/version");

    /**
     * A folder.
     *
     * @param problem why no file could be written there; null when all is well
     */
    public record Folder(
            String path, long freeBytes, @Nullable String problem) {
        static Folder temporary() {
            Path path = Path.of(System.getProperty("java.io.tmpdir"));
            try {
                Files.delete(Files.createTempFile(path, "assay", null));
                return new Folder(path.toString(), Files.getFileStore(path).getUsableSpace(), null);
            } catch (IOException e) {
                return new Folder(path.toString(), 0, e.toString());
            }
        }
    }

    /**
     * A provider.
     *
     * @param provider its id
     * @param builtIn whether the loaded ONNX Runtime was built with it
     * @param problem why a model of one node did not run on it, with the remedy; null when it ran
     */
    public record ProviderState(
            String provider, boolean builtIn, @Nullable String problem) {
        static ProviderState of(Provider provider) {
            try {
                ProviderTrial.run(provider);
                return new ProviderState(provider.id(), provider.isBuiltIn(), null);
            } catch (ProviderUnavailableException | SessionException e) {
                return new ProviderState(provider.id(), provider.isBuiltIn(), e.getMessage());
            }
        }
    }

    /** Looks at this machine; every provider is tried. */
    public static Machine current() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Machine(
                Version.ASSAY,
                OrtRuntime.version(),
                OrtRuntime.library().map(Path::toString).orElse(null),
                "%s, %s".formatted(System.getProperty("java.version"), System.getProperty("java.vendor")),
                "%s %s, %s".formatted(system.getName(), system.getVersion(), system.getArch()),
                Cpu.current(),
                system.getAvailableProcessors(),
                system.getTotalMemorySize(),
                Runtime.getRuntime().maxMemory(),
                Folder.temporary(),
                driverVersion(),
                Arrays.stream(Provider.values()).map(ProviderState::of).toList());
    }

    /** The state of one provider. */
    public ProviderState state(Provider provider) {
        return providers.stream()
                .filter(state -> state.provider().equals(provider.id()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(provider + " was not tried"));
    }

    private static @Nullable String driverVersion() {
        try {
            return Files.exists(NVIDIA_DRIVER)
                    ? Files.readAllLines(NVIDIA_DRIVER).get(0)
                    : null;
        } catch (IOException e) {
            return null;
        }
    }
}
