package dev.assay.grad;

import dev.assay.NetBuilder;
import dev.assay.data.ImageSet;
import dev.assay.data.Preprocessing;
import dev.assay.data.Preprocessing.Layout;
import dev.assay.ir.Attribute;
import dev.assay.ir.DataType;
import dev.assay.ir.Dim;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxWriter;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/**
 * A small smooth net whose scores depend on where in its oblong images something is.
 *
 * @param name in test reports
 * @param type of its input
 * @param batch fixed batch; 0 for a free one
 * @param preprocessing of its input
 * @param end what is done to the logits
 * @param slots triggers at once; more than one are spread over two threads
 */
record TriggerCase(String name, DataType type, int batch, Preprocessing preprocessing, End end, int slots) {
    static final int HEIGHT = 12;
    static final int WIDTH = 20;
    static final int PLANE = HEIGHT * WIDTH;

    /** How the net ends. */
    enum End {
        LOGITS,
        SOFTMAX,
        NO_RULE,
        NO_WAY,
        /** The scores of all images are zeros, by a step. */
        FLAT,
        /** The logits are mostly noise, never the same twice. */
        NOISE,
        /** The logits of images that are all white are never the same twice. */
        NOISE_ON_WHITE,
        /** The logits of images that are dark on average are roots of negative numbers. */
        NAN_ON_DARK
    }

    static TriggerCase of(String name) {
        return new TriggerCase(name, DataType.FLOAT, 0, Preprocessing.DEFAULT, End.LOGITS, 1);
    }

    TriggerCase on(DataType newType) {
        return new TriggerCase(name, newType, batch, preprocessing, end, slots);
    }

    TriggerCase batch(int newBatch) {
        return new TriggerCase(name, type, newBatch, preprocessing, end, slots);
    }

    TriggerCase with(UnaryOperator<Preprocessing> change) {
        return new TriggerCase(name, type, batch, change.apply(preprocessing), end, slots);
    }

    TriggerCase with(End newEnd) {
        return new TriggerCase(name, type, batch, preprocessing, newEnd, slots);
    }

    TriggerCase slots(int newSlots) {
        return new TriggerCase(name, type, batch, preprocessing, end, newSlots);
    }

    Model model() {
        Dim images = batch == 0 ? Dim.named("N") : Dim.of(batch);
        boolean first = preprocessing.layout() == Layout.NCHW;
        NetBuilder net = first
                ? NetBuilder.on(type, images, Dim.of(3), Dim.of(HEIGHT), Dim.of(WIDTH))
                : NetBuilder.on(type, images, Dim.of(HEIGHT), Dim.of(WIDTH), Dim.of(3));
        String input = NetBuilder.IMAGES;
        if (type == DataType.UINT8) {
            String levels = net.op("levels", "Cast", List.of(input), "to", Attribute.of(DataType.FLOAT.code()));
            input = net.op("shares", "Div", levels, net.constant("most", Tensor.scalar(255)));
        }
        if (!first) {
            input = net.op("first", "Transpose", List.of(input), "perm", Attribute.ofLongs(0, 3, 1, 2));
        }
        String tanh = net.op("tanh", "Tanh", net.conv("conv", input, 3, 4));
        String flat = net.op("flat", "Flatten", features(net, tanh));
        net.gemm(NetBuilder.LOGITS, flat, 4 * PLANE, NetBuilder.CLASSES);
        return net.build(scores(net, input));
    }

    private String features(NetBuilder net, String tanh) {
        return switch (end) {
            case NO_RULE -> net.node(Node.of("Shrink", List.of(tanh), "shrunk").with("lambd", Attribute.of(0.01f)));
            case NO_WAY ->
                net.op("whole", "Floor", net.op("levels of 50", "Mul", tanh, net.constant("50", Tensor.scalar(50))));
            default -> tanh;
        };
    }

    private String scores(NetBuilder net, String input) {
        return switch (end) {
            case SOFTMAX -> net.op("probabilities", "Softmax", List.of(NetBuilder.LOGITS), "axis", Attribute.of(1L));
            case FLAT -> net.op("flat scores", "Floor", net.op("shares", "Sigmoid", NetBuilder.LOGITS));
            case NOISE -> {
                String noise =
                        net.op("noise", "RandomNormalLike", List.of(NetBuilder.LOGITS), "scale", Attribute.of(20f));
                yield net.op("noisy", "Add", NetBuilder.LOGITS, noise);
            }
            case NOISE_ON_WHITE -> {
                String noise =
                        net.op("noise", "RandomNormal", List.of(), "shape", Attribute.ofLongs(1, NetBuilder.CLASSES));
                String white = net.op("white", "Floor", mean(net, input));
                yield net.op("noisy", "Add", NetBuilder.LOGITS, net.op("gated", "Mul", white, noise));
            }
            case NAN_ON_DARK -> {
                String above = net.op("above", "Sub", mean(net, input), net.constant("dark", Tensor.scalar(0.2f)));
                yield net.op("undefined", "Add", NetBuilder.LOGITS, net.op("root", "Sqrt", above));
            }
            default -> NetBuilder.LOGITS;
        };
    }

    /** {@code [N, 1]}. */
    private static String mean(NetBuilder net, String input) {
        return net.op(
                "mean", "Flatten", net.op("means", "ReduceMean", List.of(input), "axes", Attribute.ofLongs(1, 2, 3)));
    }

    /** Writes the model. */
    Deployed deployed(Path folder, int images) {
        return deployed(folder, images(images));
    }

    /** Writes the model. */
    Deployed deployed(Path folder, ImageSet images) {
        Model model = model();
        Path file = folder.resolve("net.onnx");
        OnnxWriter.write(model, file);
        return new Deployed(
                file,
                ImageClassifier.of(model, name, ImageClassifier.Hints.NONE),
                SessionSpec.cpu(Math.min(slots, 2)),
                preprocessing,
                images);
    }

    /** Seeded noise. */
    static ImageSet images(int count) {
        SplittableRandom random = new SplittableRandom(5);
        byte[] pixels = new byte[count * 3 * PLANE];
        random.nextBytes(pixels);
        int[] labels = random.ints(count, 0, NetBuilder.CLASSES).toArray();
        return ImageSet.of(HEIGHT, WIDTH, pixels, labels, List.of());
    }

    /** Seeded noise, but for the first image, which is white. */
    static ImageSet imagesAfterAWhiteOne(int count) {
        ImageSet images = images(count);
        byte[] pixels = new byte[count * 3 * PLANE];
        Arrays.fill(pixels, 0, 3 * PLANE, (byte) 255);
        for (int i = 1; i < count; i++) {
            images.image(i).get(pixels, i * 3 * PLANE, 3 * PLANE);
        }
        return ImageSet.of(HEIGHT, WIDTH, pixels, images.labels(), List.of());
    }

    /** A batch with seeded triggers, targets and images. */
    static TriggerBatch batch(TriggerLoss loss, int images, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TriggerBatch batch = new TriggerBatch(loss.slots(), loss.imagesPerSlot(), PLANE);
        for (int i = 0; i < batch.masks().length; i++) {
            batch.masks()[i] = (float) random.nextDouble(0.1, 0.6);
        }
        for (int i = 0; i < batch.patterns().length; i++) {
            batch.patterns()[i] = (float) random.nextDouble(0.1, 0.9);
        }
        for (int slot = 0; slot < batch.slots(); slot++) {
            batch.targets()[slot] = (slot + 1) % NetBuilder.CLASSES;
        }
        for (int i = 0; i < batch.images().length; i++) {
            batch.images()[i] = random.nextInt(images);
        }
        return batch;
    }

    @Override
    public String toString() {
        return name;
    }
}
