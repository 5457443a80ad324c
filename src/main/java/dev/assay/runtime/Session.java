package dev.assay.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.assay.SessionException;
import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model loaded by ONNX Runtime. Safe to run from several threads; close it to free native memory.
 *
 * <p>Bytes in memory cannot refer to external data; files can.
 */
public final class Session implements AutoCloseable {
    private final String place;
    private final OrtSession session;
    private final List<OnnxTensorLike> given;
    private final List<Port> inputs;
    private final List<Port> outputs;

    private Session(String place, OrtSession session, List<OnnxTensorLike> given) throws OrtException {
        this.place = place;
        this.session = session;
        this.given = given;
        this.inputs = ports(session.getInputInfo());
        this.outputs = ports(session.getOutputInfo());
    }

    /**
     * Loads a model file.
     *
     * @throws SessionException if ONNX Runtime refuses it
     * @throws dev.assay.ProviderUnavailableException if the provider is missing
     */
    public static Session open(Path model, SessionSpec spec) {
        return open(model, spec, null);
    }

    /** Loads a model from memory; {@code place} names it in error messages. */
    public static Session open(byte[] model, String place, SessionSpec spec) {
        return open(model, place, spec, Map.of());
    }

    /**
     * Loads a model from memory that lacks the data of some initializers.
     *
     * @param given these initializers, by name; data in a direct buffer is not copied
     */
    public static Session open(byte[] model, String place, SessionSpec spec, Map<String, Tensor> given) {
        return open(place, options -> OrtRuntime.ENVIRONMENT.createSession(model, options), spec, given, null);
    }

    /** Loads a model from memory with a profile and a dump of the optimized graph. */
    static Session open(byte[] model, String place, SessionSpec spec, @Nullable ProfileFiles profile) {
        return open(place, options -> OrtRuntime.ENVIRONMENT.createSession(model, options), spec, Map.of(), profile);
    }

    /** Loads a model file with a profile and, unless the provider compiles it, a dump of the optimized graph. */
    static Session open(Path model, SessionSpec spec, @Nullable ProfileFiles profile) {
        return open(
                model.toString(),
                options -> OrtRuntime.ENVIRONMENT.createSession(model.toString(), options),
                spec,
                Map.of(),
                profile);
    }

    /** Lets ONNX Runtime optimize a model and write the result to a file; nothing is run. */
    static void optimize(byte[] model, String place, Optimization level, Path result) {
        try (SessionOptions options = new SessionOptions()) {
            options.setOptimizationLevel(level.level);
            options.setOptimizedModelFilePath(result.toString());
            // For nothing is run: no threads are started, and weights are not packed.
            options.setIntraOpNumThreads(1);
            options.addConfigEntry("session.disable_prepacking", "1");
            OrtRuntime.ENVIRONMENT.createSession(model, options).close();
        } catch (OrtException e) {
            throw refusal(place, SessionSpec.cpu(1).at(level), e);
        }
    }

    @FunctionalInterface
    private interface Opener {
        OrtSession open(SessionOptions options) throws OrtException;
    }

    private static Session open(
            String place, Opener opener, SessionSpec spec, Map<String, Tensor> given, @Nullable ProfileFiles profile) {
        Map<String, OnnxTensorLike> initializers = new LinkedHashMap<>();
        try (SessionOptions options = new SessionOptions()) {
            for (Map.Entry<String, Tensor> initializer : given.entrySet()) {
                initializers.put(initializer.getKey(), OrtTypes.toOrt(initializer.getValue()));
            }
            if (!initializers.isEmpty()) {
                options.addExternalInitializers(initializers);
            }
            options.setOptimizationLevel(spec.optimization().level);
            options.setIntraOpNumThreads(spec.threads());
            options.setInterOpNumThreads(1);
            // Threads may spin between operators, or small ones wait for them to wake up; but an idle session must not
            // burn a core: the caller, or another session, needs it.
            options.addConfigEntry("session.force_spinning_stop", "1");
            if (spec.accuracyLevel().isPresent()) {
                options.addConfigEntry(
                        "session.qdq_matmulnbits_accuracy_level",
                        Integer.toString(spec.accuracyLevel().getAsInt()));
            }
            if (profile != null) {
                options.enableProfiling(profile.profilePrefix());
                if (!spec.provider().compiles()) {
                    options.setOptimizedModelFilePath(profile.optimizedModel().toString());
                }
            }
            spec.provider().attachTo(options);
            return new Session(place, opener.open(options), List.copyOf(initializers.values()));
        } catch (OrtException e) {
            initializers.values().forEach(OnnxTensorLike::close);
            throw refusal(place, spec, e);
        }
    }

    private static SessionException refusal(String place, SessionSpec spec, OrtException e) {
        return new SessionException(
                "%s: ONNX Runtime refuses the model (%s, %s): %s"
                        .formatted(
                                place, spec.provider().id(), spec.optimization().id(), OneLine.of(e)),
                e);
    }

    private static List<Port> ports(Map<String, NodeInfo> infos) {
        List<Port> ports = new ArrayList<>();
        infos.forEach((name, info) -> {
            if (info.getInfo() instanceof TensorInfo tensor) {
                ports.add(new Port(name, OrtTypes.dataType(tensor), OrtTypes.shape(tensor)));
            }
        });
        return List.copyOf(ports);
    }

    /** The tensor inputs in the model's order. */
    public List<Port> inputs() {
        return inputs;
    }

    /** The tensor outputs in the model's order. */
    public List<Port> outputs() {
        return outputs;
    }

    /** The output of that name. */
    public Port output(String name) {
        return outputs.stream()
                .filter(port -> port.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(place + " has no output '" + name + "'"));
    }

    /**
     * Runs once. Convenient, not fast: results are copied out; use {@link #bind} in loops.
     *
     * @param feeds a tensor for each input
     * @param fetches names of the outputs wanted; others are not copied
     */
    public Map<String, Tensor> run(Map<String, Tensor> feeds, Collection<String> fetches) {
        return run(feeds, fetches, OrtTypes::fromOrt, null);
    }

    /**
     * Runs once and keeps of every output its type and shape, and its content up to {@code largest} elements.
     *
     * @throws SessionException if ONNX Runtime fails, or takes longer than the limit
     */
    Map<String, Sample> sample(Map<String, Tensor> feeds, int largest, Duration limit) {
        List<String> all = outputs.stream().map(Port::name).toList();
        try (RunLimit running = new RunLimit(limit)) {
            try {
                return run(feeds, all, tensor -> OrtTypes.sample(tensor, largest), running.options());
            } catch (SessionException e) {
                throw running.isPassed()
                        ? new SessionException(
                                "%s: expected a run of at most %d s, got none that ends; a Loop without end?"
                                        .formatted(place, limit.toSeconds()),
                                e)
                        : e;
            }
        } catch (OrtException e) {
            throw failure(e);
        }
    }

    private <T> Map<String, T> run(
            Map<String, Tensor> feeds,
            Collection<String> fetches,
            Function<OnnxTensor, T> keep,
            @Nullable RunOptions options) {
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Tensor> feed : feeds.entrySet()) {
                tensors.put(feed.getKey(), OrtTypes.toOrt(feed.getValue()));
            }
            Map<String, T> results = new LinkedHashMap<>();
            try (OrtSession.Result result = session.run(tensors, new LinkedHashSet<>(fetches), options)) {
                for (Map.Entry<String, OnnxValue> entry : result) {
                    // Sequences, maps and types without a Java buffer are nothing Assay computes with.
                    if (entry.getValue() instanceof OnnxTensor tensor && OrtTypes.isReadable(tensor.getInfo())) {
                        results.put(entry.getKey(), keep.apply(tensor));
                    }
                }
            }
            return results;
        } catch (OrtException e) {
            throw failure(e);
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    /**
     * Pins buffers for inputs and outputs of fixed shapes: what runs in a loop copies nothing.
     *
     * @param inputShapes shape of each input
     * @param outputShapes shape of each output wanted
     */
    public Binding bind(Map<String, long[]> inputShapes, Map<String, long[]> outputShapes) {
        return new Binding(this, inputShapes, outputShapes);
    }

    void run(Map<String, OnnxTensor> feeds, Map<String, OnnxTensor> pinned) {
        try {
            // The pinned outputs hold the results.
            session.run(feeds, pinned).close();
        } catch (OrtException e) {
            throw failure(e);
        }
    }

    DataType inputType(String name) {
        return typeOf(inputs, name);
    }

    DataType outputType(String name) {
        return typeOf(outputs, name);
    }

    private DataType typeOf(List<Port> ports, String name) {
        return ports.stream()
                .filter(port -> port.name().equals(name))
                .findFirst()
                .map(Port::type)
                .orElseThrow(() -> new IllegalArgumentException(place + " has no value '" + name + "'"));
    }

    /** Ends profiling and returns the profile's file. */
    Path endProfiling() {
        try {
            return Path.of(session.endProfiling());
        } catch (OrtException e) {
            throw failure(e);
        }
    }

    private SessionException failure(OrtException e) {
        return new SessionException("%s: ONNX Runtime failed: %s".formatted(place, OneLine.of(e)), e);
    }

    @Override
    public void close() {
        try {
            session.close();
            given.forEach(OnnxTensorLike::close);
        } catch (OrtException e) {
            throw failure(e);
        }
    }
}
