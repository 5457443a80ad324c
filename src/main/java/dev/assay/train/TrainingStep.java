package dev.assay.train;

import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.Binding;
import dev.assay.runtime.Session;
import dev.assay.runtime.SessionSpec;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A training graph in a session, for batches of one size: fill {@link #images} and {@link #targets}, {@link #run}, read
 * the rest. Not thread-safe.
 */
final class TrainingStep implements AutoCloseable {
    private final TrainingGraph graph;
    private final Session session;
    private final Binding binding;

    private TrainingStep(TrainingGraph graph, Session session, Binding binding) {
        this.graph = graph;
        this.session = session;
        this.binding = binding;
    }

    /**
     * Opens a graph.
     *
     * @throws dev.assay.SessionException if ONNX Runtime refuses it
     */
    static TrainingStep open(TrainingGraph graph, int batch, SessionSpec spec, String place) {
        Session session = Session.open(OnnxWriter.toBytes(graph.forBatch(batch)), place, spec);
        try {
            return new TrainingStep(graph, session, session.bind(graph.inputShapes(batch), graph.outputShapes()));
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** UINT8 {@code [N, 3, H, W]}, to be filled. */
    ByteBuffer images() {
        return binding.buffer(TrainingGraph.IMAGES);
    }

    /** {@code [N, K]}, to be filled. */
    FloatBuffer targets() {
        return floats(TrainingGraph.TARGETS);
    }

    /**
     * Runs forward and backward.
     *
     * @param parameters the values of each parameter, in the graph's order
     */
    void run(List<float[]> parameters) {
        for (int i = 0; i < parameters.size(); i++) {
            floats(graph.parameters().get(i).name()).put(parameters.get(i));
        }
        binding.run();
    }

    /** The mean loss of the batch. */
    float loss() {
        return floats(TrainingGraph.LOSS).get(0);
    }

    /** How many images of the batch were classified as their targets are. */
    int correct() {
        return Math.round(floats(TrainingGraph.CORRECT).get(0));
    }

    /** Writes a parameter's gradient. */
    void gradient(int parameter, float[] into) {
        floats(graph.gradient(graph.parameters().get(parameter))).get(into);
    }

    /** An output or input of floats; each call gives a fresh view from 0. */
    FloatBuffer floats(String name) {
        return binding.buffer(name).asFloatBuffer();
    }

    @Override
    public void close() {
        binding.close();
        session.close();
    }
}
