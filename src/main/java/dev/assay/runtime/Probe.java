package dev.assay.runtime;

import dev.assay.InvalidModelException;
import dev.assay.SessionException;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * Observes a model by running it, optimization off, with every value as an output, on batches of two and three random
 * images. Nothing about shapes or types is computed here.
 *
 * <p>A model with a fixed batch is first tried with that dimension freed; where it refuses, it is run as it is and
 * only dimension 0 is taken to be the batch.
 */
public final class Probe {
    private static final long[] BATCHES = {2, 3};
    private static final long SEED = 7;
    /** Constants that matter here are shapes, axes and scales. */
    private static final int LARGEST_CONSTANT = 4096;

    private final Model model;
    private final String place;
    private final Value input;
    private final long[] imageDims;

    private Probe(Model model, String place, Value input, long[] imageDims) {
        this.model = model;
        this.place = place;
        this.input = input;
        this.imageDims = imageDims;
    }

    /**
     * Observes a model.
     *
     * @param model the model
     * @param place its name in error messages
     * @param input the image input
     * @param imageDims the input's dimensions for one image, batch left out: {@code [C, H, W]} or {@code [H, W, C]}
     * @throws InvalidModelException if ONNX Runtime cannot run it on random images of that size
     */
    public static Observation observe(Model model, String place, Value input, long[] imageDims) {
        Probe probe = new Probe(model, place, input, imageDims.clone());
        Dim batch =
                Optional.ofNullable(input.shape()).map(shape -> shape.dim(0)).orElse(Dim.UNKNOWN);
        try {
            return probe.observe(BATCHES, OptionalLong.empty());
        } catch (SessionException free) {
            if (!batch.isKnown()) {
                throw new InvalidModelException(
                        "%s: expected a model that runs on batches of 2 and 3 random images: %s"
                                .formatted(place, free.getMessage()),
                        free);
            }
        }
        try {
            return probe.observe(new long[] {batch.size(), batch.size()}, OptionalLong.of(batch.size()));
        } catch (SessionException fixed) {
            throw new InvalidModelException(
                    "%s: expected a model that runs on a batch of %d random images: %s"
                            .formatted(place, batch.size(), fixed.getMessage()),
                    fixed);
        }
    }

    private Observation observe(long[] batches, OptionalLong fixed) {
        Graph graph = everyValueAsOutput(fixed.isPresent());
        byte[] bytes = OnnxWriter.toBytes(model.withGraph(graph));
        SessionSpec spec = SessionSpec.cpu(1).at(Optimization.NONE);
        SplittableRandom random = new SplittableRandom(SEED);
        try (Session session = Session.open(bytes, place, spec)) {
            List<Map<String, Sample>> runs = new ArrayList<>();
            for (long batch : batches) {
                runs.add(session.sample(Map.of(input.name(), randomImages(batch, random)), LARGEST_CONSTANT));
            }
            return new Observation(compare(batches, runs, fixed));
        }
    }

    private Graph everyValueAsOutput(boolean keepBatch) {
        GraphEditor edit = model.graph().edit().forgetDeclaredValues();
        List<Value> outputs = new ArrayList<>();
        for (Node node : model.graph().nodes()) {
            for (String output : node.outputs()) {
                if (!output.isEmpty()) {
                    outputs.add(new Value(output, null, null, Bytes.EMPTY));
                }
            }
        }
        edit.setOutputs(outputs);
        if (!keepBatch) {
            edit.mapInputs(this::freeBatch);
        }
        return edit.commit();
    }

    private Value freeBatch(Value value) {
        Shape shape = value.shape();
        if (!value.name().equals(input.name()) || shape == null) {
            return value;
        }
        List<Dim> dims = new ArrayList<>(shape.dims());
        dims.set(0, Dim.named("N"));
        return value.withShape(new Shape(dims));
    }

    private Tensor randomImages(long batch, SplittableRandom random) {
        long[] dims = new long[imageDims.length + 1];
        dims[0] = batch;
        System.arraycopy(imageDims, 0, dims, 1, imageDims.length);
        int elements = Math.toIntExact(Tensor.elements(dims));
        if (input.type() == DataType.UINT8) {
            byte[] pixels = new byte[elements];
            random.nextBytes(pixels);
            return Tensor.of(DataType.UINT8, dims, pixels);
        }
        ByteBuffer pixels = ByteBuffer.allocate(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            pixels.putFloat((float) random.nextDouble());
        }
        return Tensor.of(DataType.FLOAT, dims, pixels.array());
    }

    private Map<String, Observed> compare(long[] batches, List<Map<String, Sample>> runs, OptionalLong fixed) {
        Map<String, Observed> values = new HashMap<>();
        values.put(
                input.name(), new Observed(input.type() == null ? DataType.FLOAT : input.type(), inputExtents(), null));
        runs.get(0).forEach((name, first) -> {
            Sample second = runs.get(1).get(name);
            if (second != null && second.dims().size() == first.dims().size()) {
                List<Observed.Extent> dims = new ArrayList<>();
                for (int axis = 0; axis < first.dims().size(); axis++) {
                    dims.add(
                            fixed.isPresent()
                                    ? fixedExtent(axis, first.dims().get(axis), fixed.getAsLong())
                                    : extent(
                                            batches,
                                            first.dims().get(axis),
                                            second.dims().get(axis)));
                }
                Tensor constant = first.content()
                        .filter(c -> second.content().filter(c::equals).isPresent())
                        .orElse(null);
                values.put(name, new Observed(first.type(), dims, constant));
            }
        });
        return values;
    }

    private List<Observed.Extent> inputExtents() {
        List<Observed.Extent> dims = new ArrayList<>();
        dims.add(new Observed.Extent(0, 1));
        for (long dim : imageDims) {
            dims.add(new Observed.Extent(dim, 0));
        }
        return dims;
    }

    private static Observed.Extent extent(long[] batches, long first, long second) {
        long perImage = (second - first) / (batches[1] - batches[0]);
        return new Observed.Extent(first - perImage * batches[0], perImage);
    }

    private static Observed.Extent fixedExtent(int axis, long size, long batch) {
        return axis == 0 && size % batch == 0 ? new Observed.Extent(0, size / batch) : new Observed.Extent(size, 0);
    }
}
