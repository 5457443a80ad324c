package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.ir.Bytes;
import dev.assay.ir.DataType;
import dev.assay.ir.Graph;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.ir.Value;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.Classifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.Observed;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How active each channel of a group is on clean images, read while the deployment runs.
 *
 * @param means of each channel over images and pixels, in real units; of integers whose scale nothing says, in levels
 * @param bitIdentical whether the session that was read gave the artifact's scores bit for bit
 */
record ChannelActivity(List<Double> means, boolean bitIdentical) {
    ChannelActivity {
        means = List.copyOf(means);
    }

    /** Reads the channels on these images. */
    static ChannelActivity of(Suspect suspect, ChannelGroup group, ImageSet images) {
        ImageSource source = suspect.source(images);
        Reading reading = new Reading(suspect, group, images.size());
        String place = suspect.artifact() + " with a tap";
        try (Classifier own = suspect.open();
                Classifier tapped = Classifier.open(reading.tapped(), place, suspect.model(), suspect.spec())) {
            tapped.run(source, reading.wanted, reading::add);
            return new ChannelActivity(reading.means(), Arrays.equals(reading.scores, own.scores(source)));
        }
    }

    /** Marks the least active channels; of equally active ones the lower numbers. */
    boolean[] least(int count) {
        boolean[] marked = new boolean[means.size()];
        ascending().limit(count).forEach(channel -> marked[channel] = true);
        return marked;
    }

    /** The mean activation of the channel at a place of the ranking, from 0, over the mean of all channels. */
    double relative(int place) {
        double all = means.stream().mapToDouble(mean -> mean).average().orElseThrow();
        return means.get(ascending().skip(place).findFirst().orElseThrow()) / all;
    }

    private Stream<Integer> ascending() {
        return IntStream.range(0, means.size()).boxed().sorted(Comparator.comparingDouble(means::get));
    }

    private static final class Reading {
        private final ChannelGroup group;
        private final String output;
        private final int classes;
        private final Map<String, Observed> wanted = new LinkedHashMap<>();
        private final Affine affine;
        private final int perImage;
        private final int inner;
        private final float[] scores;
        private final double[] sums;
        private long counted;

        Reading(Suspect suspect, ChannelGroup group, int images) {
            this.group = group;
            this.output = suspect.model().ports().output();
            this.classes = suspect.model().ports().classes();
            Observed read = suspect.model().observation().of(group.value()).orElseThrow();
            wanted.put(output, suspect.model().observation().of(output).orElseThrow());
            wanted.put(group.value(), read);
            this.affine = Affine.of(group.model().graph(), group.value(), read.type());
            this.perImage = Math.toIntExact(read.elementsPerImage());
            long[] dims = read.shapeAt(1);
            this.inner = Math.toIntExact(Tensor.elements(Arrays.copyOfRange(dims, group.axis() + 1, dims.length)));
            this.scores = new float[images * classes];
            this.sums = new double[group.channels()];
        }

        byte[] tapped() {
            Graph graph = group.model().graph();
            GraphEditor edit = graph.edit();
            if (!graph.isOutput(group.value())) {
                edit.addOutput(new Value(group.value(), null, null, Bytes.EMPTY));
            }
            return OnnxWriter.toBytes(group.model().withGraph(edit.commit()));
        }

        void add(int from, int count, Classifier.Outputs outputs) {
            outputs.get(output).asFloatBuffer().get(scores, from * classes, count * classes);
            ByteBuffer elements = outputs.get(group.value());
            for (int i = 0; i < count * perImage; i++) {
                sums[i / inner % sums.length] += affine.read(elements, i);
            }
            counted += (long) count * perImage / sums.length;
        }

        List<Double> means() {
            return Arrays.stream(sums).map(sum -> sum / counted).boxed().toList();
        }
    }

    /** What the elements of a value stand for. */
    private record Affine(DataType type, double scale, int zeroPoint) {
        /** Integers are read as the first node that is told their scale reads them. */
        static Affine of(Graph graph, String value, DataType type) {
            if (type == DataType.FLOAT) {
                return new Affine(type, 1, 0);
            }
            for (Node reader : graph.consumers(value)) {
                int scale = reader.inputs().indexOf(value) + 1;
                Optional<Tensor> step = constant(graph, reader, scale).filter(s -> s.type() == DataType.FLOAT);
                if (step.isPresent()) {
                    int zero = constant(graph, reader, scale + 1)
                            .map(z -> z.ints()[0])
                            .orElse(0);
                    return new Affine(type, step.get().floats()[0], zero);
                }
            }
            return new Affine(type, 1, 0);
        }

        private static Optional<Tensor> constant(Graph graph, Node reader, int input) {
            return graph.constant(reader.input(input)).filter(tensor -> tensor.size() == 1);
        }

        double read(ByteBuffer elements, int i) {
            return switch (type) {
                case FLOAT -> elements.getFloat(i * Float.BYTES);
                case UINT8 -> scale * ((elements.get(i) & 0xFF) - zeroPoint);
                case INT8 -> scale * (elements.get(i) - zeroPoint);
                default -> throw new IllegalStateException("no channels of type " + type);
            };
        }
    }
}
