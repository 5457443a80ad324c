package dev.assay.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.assay.SessionException;
import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Direct buffers bound to a session's inputs and outputs: fill {@link #buffer inputs}, {@link #run}, read outputs.
 *
 * <p>Not thread-safe. Close it before its session.
 */
public final class Binding implements AutoCloseable {
    private final Session session;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
    private final Map<String, ByteBuffer> buffers = new LinkedHashMap<>();

    Binding(Session session, Map<String, long[]> inputShapes, Map<String, long[]> outputShapes) {
        this.session = session;
        try {
            for (Map.Entry<String, long[]> input : inputShapes.entrySet()) {
                String name = input.getKey();
                inputs.put(name, allocate(name, session.inputType(name), input.getValue()));
            }
            for (Map.Entry<String, long[]> output : outputShapes.entrySet()) {
                String name = output.getKey();
                outputs.put(name, allocate(name, session.outputType(name), output.getValue()));
            }
        } catch (OrtException e) {
            close();
            throw new SessionException("cannot bind buffers: " + OneLine.of(e), e);
        }
    }

    private OnnxTensor allocate(String name, DataType type, long[] dims) throws OrtException {
        long bytes = type.bytesFor(Tensor.elements(dims)).orElseThrow();
        if (bytes > Integer.MAX_VALUE) {
            throw new SessionException("cannot bind '%s': expected at most %d bytes, got %d: a batch of it is too large"
                    .formatted(name, Integer.MAX_VALUE, bytes));
        }
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
        buffers.put(name, buffer);
        return OrtTypes.wrap(buffer.duplicate().order(ByteOrder.nativeOrder()), type, dims);
    }

    /** The buffer of an input or output, in native order; each call gives a fresh view from 0. */
    public ByteBuffer buffer(String name) {
        ByteBuffer buffer = buffers.get(name);
        if (buffer == null) {
            throw new IllegalArgumentException("nothing bound under '" + name + "'");
        }
        return buffer.duplicate().order(ByteOrder.nativeOrder());
    }

    /** Runs the session on what the input buffers hold now. */
    public void run() {
        session.run(inputs, outputs);
    }

    @Override
    public void close() {
        inputs.values().forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
    }
}
