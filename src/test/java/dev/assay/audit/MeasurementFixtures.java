package dev.assay.audit;

import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import dev.assay.defense.StripEvidence;
import dev.assay.fidelity.Fidelity;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.KernelEvidence.Kernel;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** What is measured on one deployment of a CIFAR-10 ResNet: kernels, fidelity, STRIP. */
final class MeasurementFixtures {
    private static final int CLASSES = 10;
    private static final int BLOCKS = 8;

    private MeasurementFixtures() {}

    static KernelEvidence kernels(String conv, double integerShare, @Nullable String whyFloat) {
        boolean integer = integerShare > 0;
        List<Kernel> nodes = new ArrayList<>();
        for (int block = 0; block < BLOCKS; block++) {
            for (int half = 1; half <= 2; half++) {
                String node = "/layer%d/%d/conv%d/Conv".formatted(block / 2 + 1, block % 2, half);
                nodes.add(kernel(node, "Conv", conv, integer, 4_718_592L, 310.5 - 12 * block, whyFloat));
            }
            nodes.add(kernel(
                    "/layer%d/%d/Add".formatted(block / 2 + 1, block % 2),
                    "Add",
                    integer ? "QLinearAdd" : "Add",
                    integer,
                    0,
                    18.2,
                    null));
        }
        nodes.add(kernel("/linear/Gemm", "Gemm", integer ? "QGemm" : "Gemm", integer, 640, 4.1, whyFloat));
        if (integer) {
            nodes.add(kernel("input_QuantizeLinear", "", "QuantizeLinear", false, 0, 9.7, null));
        }
        return new KernelEvidence(integerShare, 0, null, nodes);
    }

    private static Kernel kernel(
            String node,
            String op,
            String executedAs,
            boolean integer,
            long macs,
            double micros,
            @Nullable String whyFloat) {
        return new Kernel(node, op, executedAs, "CPUExecutionProvider", integer, false, macs, micros, whyFloat);
    }

    static Fidelity fidelity(long seed, double accuracyDrift, double sqnrDb, double attackSuccessRate) {
        boolean reference = sqnrDb == 200;
        Random random = new Random(seed);
        double spread = reference ? 0 : 0.012;
        List<Double> recallDrift = gaussians(random, spread, accuracyDrift);
        if (seed >= 3) {
            recallDrift.set(3, -0.084);
        }
        return new Fidelity(
                9000,
                0.9127 + accuracyDrift,
                0.9127,
                0.941,
                recallDrift.stream().map(drift -> 0.91 + drift).toList(),
                recallDrift,
                gaussians(random, spread / 3, 0),
                reference ? 1 : 0.9871 + accuracyDrift,
                reference ? 0 : 0.0042 - accuracyDrift,
                reference ? 0 : 1.84,
                reference ? 1 : 0.99921,
                layers(random, sqnrDb),
                true,
                reference ? "the reference itself" : null,
                reference ? List.of() : flips(random),
                reference ? 0 : 116,
                attackSuccessRate,
                0.012,
                0.979);
    }

    private static List<Double> gaussians(Random random, double spread, double mean) {
        return new ArrayList<>(DoubleStream.generate(() -> mean + spread * random.nextGaussian())
                .limit(CLASSES)
                .boxed()
                .toList());
    }

    private static List<Fidelity.Layer> layers(Random random, double sqnrDb) {
        return IntStream.range(0, 2 * BLOCKS)
                .mapToObj(i -> new Fidelity.Layer(
                        "/layer%d/%d/relu%d/Relu_output_0".formatted(i / 4 + 1, i / 2 % 2, i % 2 + 1),
                        sqnrDb == 200 ? 200 : sqnrDb - 0.7 * i + random.nextGaussian()))
                .toList();
    }

    private static List<Fidelity.Flip> flips(Random random) {
        return IntStream.range(0, 10)
                .mapToObj(i -> {
                    int label = random.nextInt(CLASSES);
                    int other = (label + 1 + random.nextInt(CLASSES - 1)) % CLASSES;
                    boolean referenceRight = i % 3 != 2;
                    return new Fidelity.Flip(
                            random.nextInt(9000),
                            label,
                            referenceRight ? label : other,
                            referenceRight ? other : label,
                            2.1 - 0.17 * i,
                            0.1 + random.nextDouble(),
                            png(random));
                })
                .toList();
    }

    private static String png(Random random) {
        BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        canvas.setColor(Color.getHSBColor(0.55f + random.nextFloat() / 10, 0.35f, 0.9f));
        canvas.fillRect(0, 0, 32, 32);
        canvas.setColor(Color.getHSBColor(0.25f + random.nextFloat() / 10, 0.5f, 0.55f));
        canvas.fillRect(0, 20 + random.nextInt(5), 32, 32);
        canvas.setColor(Color.getHSBColor(random.nextFloat(), 0.6f, 0.6f));
        canvas.fillOval(6 + random.nextInt(6), 10, 14, 12);
        canvas.fillRect(10, 16 + random.nextInt(4), 14, 4);
        canvas.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    static DefenseResult strip(Decision decision, @Nullable String reason, double detectedShare) {
        Random random = new Random(Double.hashCode(detectedShare));
        double threshold = reason == null ? 0.49 : -0.08;
        List<Double> clean = entropies(random, 600, 1.32, 0.36);
        int triggered = (int) (400 * detectedShare);
        List<Double> suspects = new ArrayList<>(entropies(random, triggered, 0.16, 0.1));
        suspects.addAll(entropies(random, 400 - triggered, 1.05, 0.35));
        return new DefenseResult(
                "strip",
                decision,
                reason,
                detectedShare,
                0.05,
                decision == Decision.DETECTED ? List.of(0) : List.of(),
                new StripEvidence(
                        100,
                        1.32,
                        0.36,
                        threshold,
                        clean,
                        suspects,
                        "400 evaluation images stamped with the known trigger",
                        0.01,
                        1 - detectedShare));
    }

    private static List<Double> entropies(Random random, int count, double mean, double deviation) {
        return DoubleStream.generate(() -> Math.max(0, mean + deviation * random.nextGaussian()))
                .limit(count)
                .boxed()
                .toList();
    }
}
