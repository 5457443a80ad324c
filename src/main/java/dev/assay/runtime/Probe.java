package dev.assay.runtime;

import dev.assay.InvalidModelException;
import dev.assay.SessionException;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Graph;
import dev.assay.ir.Model;
import dev.assay.ir.Shape;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

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
    /** For a few images, on one thread. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Model model;
    private final String place;
    /** Makes what the inputs are fed for a batch; called anew for each run. */
    private final LongFunction<Map<String, Tensor>> feeds;

    private Probe(Model model, String place, LongFunction<Map<String, Tensor>> feeds) {
        this.model = model;
        this.place = place;
        this.feeds = feeds;
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
        SplittableRandom random = new SplittableRandom(SEED);
        Probe probe =
                new Probe(model, place, images -> Map.of(input.name(), randomImages(input, images, imageDims, random)));
        Dim batch =
                Optional.ofNullable(input.shape()).map(shape -> shape.dim(0)).orElse(Dim.UNKNOWN);
        try {
            Model free = model.withGraph(model.graph()
                    .edit()
                    .forgetDeclaredValues()
                    .mapInputs(value -> freeBatch(value, input.name()))
                    .commit());
            return new Probe(free, place, probe.feeds).observe(BATCHES, false);
        } catch (SessionException free) {
            if (!batch.isKnown()) {
                throw new InvalidModelException(
                        "%s: expected a model that runs on batches of 2 and 3 random images: %s"
                                .formatted(place, free.getMessage()),
                        free);
            }
        }
        try {
            return probe.observe(new long[] {batch.size(), batch.size()}, true);
        } catch (SessionException fixed) {
            throw new InvalidModelException(
                    "%s: expected a model that runs on a batch of %d random images: %s"
                            .formatted(place, batch.size(), fixed.getMessage()),
                    fixed);
        }
    }

    /**
     * Observes a model with any inputs.
     *
     * @param feeds what to feed for a batch; the values should differ from call to call
     * @throws SessionException if ONNX Runtime cannot run it
     */
    public static Observation observe(Model model, String place, LongFunction<Map<String, Tensor>> feeds) {
        return new Probe(model, place, feeds).observe(BATCHES, false);
    }

    /**
     * As {@link #observe(Model, String, LongFunction)}, at one batch only, taking dimension 0 to follow the batch where
     * it is a multiple of it.
     */
    public static Observation observe(
            Model model, String place, LongFunction<Map<String, Tensor>> feeds, long fixedBatch) {
        return new Probe(model, place, feeds).observe(new long[] {fixedBatch, fixedBatch}, true);
    }

    private Observation observe(long[] batches, boolean fixed) {
        byte[] bytes = OnnxWriter.toBytes(model.withGraph(everyValueAsOutput()));
        SessionSpec spec = SessionSpec.cpu(1).at(Optimization.NONE);
        try (Session session = Session.open(bytes, place, spec)) {
            List<Map<String, Sample>> runs = new ArrayList<>();
            for (long batch : batches) {
                Map<String, Tensor> fed = feeds.apply(batch);
                Map<String, Sample> run = new HashMap<>(session.sample(fed, LARGEST_CONSTANT, LIMIT));
                fed.forEach((name, tensor) -> run.put(name, Sample.ofInput(tensor)));
                runs.add(run);
            }
            return new Observation(compare(batches, runs, fixed));
        }
    }

    private Graph everyValueAsOutput() {
        List<Value> outputs = model.graph().nodes().stream()
                .flatMap(node -> node.outputs().stream())
                .filter(output -> !output.isEmpty())
                .map(output -> new Value(output, null, null, Bytes.EMPTY))
                .toList();
        return model.graph().edit().forgetDeclaredValues().setOutputs(outputs).commit();
    }

    private static Value freeBatch(Value value, String input) {
        Shape shape = value.shape();
        if (!value.name().equals(input) || shape == null) {
            return value;
        }
        List<Dim> dims = new ArrayList<>(shape.dims());
        dims.set(0, Dim.named("N"));
        return value.withShape(new Shape(dims));
    }

    private static Tensor randomImages(Value input, long batch, long[] imageDims, SplittableRandom random) {
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

    private static Map<String, Observed> compare(long[] batches, List<Map<String, Sample>> runs, boolean fixed) {
        Map<String, Observed> values = new HashMap<>();
        runs.get(0).forEach((name, first) -> {
            Sample second = runs.get(1).get(name);
            if (second != null && second.dims().size() == first.dims().size()) {
                List<Observed.Extent> dims = new ArrayList<>();
                for (int axis = 0; axis < first.dims().size(); axis++) {
                    long size = first.dims().get(axis);
                    dims.add(
                            fixed
                                    ? fixedExtent(axis, size, batches[0])
                                    : extent(batches, size, second.dims().get(axis)));
                }
                Tensor constant = first.content()
                        .filter(c -> second.content().filter(c::equals).isPresent())
                        .orElse(null);
                values.put(name, new Observed(first.type(), dims, constant));
            }
        });
        return values;
    }

    private static Observed.Extent extent(long[] batches, long first, long second) {
        long perImage = (second - first) / (batches[1] - batches[0]);
        return new Observed.Extent(first - perImage * batches[0], perImage);
    }

    private static Observed.Extent fixedExtent(int axis, long size, long batch) {
        return axis == 0 && size % batch == 0 ? new Observed.Extent(0, size / batch) : new Observed.Extent(size, 0);
    }
}
