package dev.assay.inspect;

import dev.assay.AssayException;
import dev.assay.quant.Artifact;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Quantizer;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ClassifierPorts;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether a scheme can make an artifact of a model, found by making one, with noise for calibration images.
 *
 * @param scheme its id
 * @param nodesLeftAlone nodes that the scheme would leave as they are
 * @param obstacle why there is no artifact; null when there is one
 */
public record SchemeSupport(
        String scheme, int nodesLeftAlone, @Nullable String obstacle) {
    private static final int IMAGES = 2;
    private static final long SEED = 7;

    /** The schemes to try: all but the one that changes nothing. */
    public static List<Scheme> schemes() {
        return Arrays.stream(Scheme.values())
                .filter(scheme -> scheme != Scheme.FP32)
                .toList();
    }

    /**
     * Tries every scheme.
     *
     * @param tried hears how many have been tried
     */
    static List<SchemeSupport> of(ImageClassifier classifier, IntConsumer tried) {
        List<SchemeSupport> supports = new ArrayList<>();
        for (Scheme scheme : schemes()) {
            supports.add(of(classifier, scheme));
            tried.accept(supports.size());
        }
        return supports;
    }

    private static SchemeSupport of(ImageClassifier classifier, Scheme scheme) {
        try {
            Artifact artifact =
                    Quantizer.quantize(classifier, scheme, QuantConfig.DEFAULTS, noise(classifier.ports()), 1);
            return new SchemeSupport(scheme.id(), artifact.skips().size(), null);
        } catch (AssayException e) {
            return new SchemeSupport(scheme.id(), 0, e.getMessage());
        }
    }

    private static ImageSource noise(ClassifierPorts ports) {
        return new ImageSource() {
            @Override
            public int size() {
                return ports.batch(IMAGES);
            }

            @Override
            public void fill(int from, int count, ByteBuffer out) {
                Random random = new Random(SEED);
                while (out.remaining() >= Float.BYTES) {
                    out.putFloat(random.nextFloat());
                }
            }
        };
    }
}
