package dev.assay.runtime;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A deployed classifier that scores images in batches through pinned buffers: an image is written once, where the
 * runtime reads it.
 *
 * <p>A fixed-batch model gets a batch that is not full filled up with copies of that batch's first image, whose outputs
 * are dropped: they change no extremes, so neither calibration nor dynamic quantization sees anything but images.
 *
 * <p>Where it is told to, it runs batches beside each other: see {@link Lanes}. Which images share a batch does not change,
 * but in {@link #scoresOfEvenBatches}.
 */
public final class Classifier implements AutoCloseable {
    /** Large enough to keep two cores busy, small enough for the second-level cache of small nets. */
    public static final int BATCH = 64;

    private final Session session;
    private final SideBySide threads;
    private final int lanes;
    private final ClassifierPorts ports;
    private final Observation observation;

    private Classifier(Session session, int lanes, ImageClassifier model) {
        this.session = session;
        this.threads = new SideBySide(lanes);
        this.lanes = lanes;
        this.ports = model.ports();
        this.observation = model.observation();
    }

    /** Loads an artifact's file. */
    public static Classifier open(Path artifact, ImageClassifier model, SessionSpec spec) {
        return new Classifier(Session.open(artifact, spec.lane()), spec.lanes(), model);
    }

    /** Loads from memory a model derived from an artifact; {@code place} names it in error messages. */
    public static Classifier open(byte[] derived, String place, ImageClassifier model, SessionSpec spec) {
        return new Classifier(Session.open(derived, place, spec.lane()), spec.lanes(), model);
    }

    /** The output's scores, {@code [images, classes]}, image by image. */
    public float[] scores(ImageSource images) {
        return scores(images, done -> {});
    }

    /**
     * The same in batches as equal as can be, as many for each lane: of few images no lane gets a small rest, or none, while
     * another has a whole batch.
     */
    public float[] scoresOfEvenBatches(ImageSource images) {
        int perLane = ceiling(images.size(), lanes * BATCH);
        return scores(images, ceiling(images.size(), lanes * perLane), done -> {});
    }

    private static int ceiling(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }

    /**
     * The output's scores, {@code [images, classes]}, image by image.
     *
     * @param progress told the number of images done so far, after each batch
     */
    public float[] scores(ImageSource images, IntConsumer progress) {
        return scores(images, BATCH, progress);
    }

    private float[] scores(ImageSource images, int most, IntConsumer progress) {
        float[] scores = new float[images.size() * ports.classes()];
        Observed output = observation.of(ports.output()).orElseThrow();
        run(images, Map.of(ports.output(), output), most, (from, count, outputs) -> {
            outputs.get(ports.output()).asFloatBuffer().get(scores, from * ports.classes(), count * ports.classes());
            progress.accept(from + count);
        });
        return scores;
    }

    /** Receives the outputs of one batch. */
    @FunctionalInterface
    public interface BatchConsumer {
        /**
         * Takes a batch.
         *
         * @param from index of its first image
         * @param count its images
         * @param outputs native-order buffers, {@code count} images from their start; valid during the call only
         */
        void accept(int from, int count, Outputs outputs);
    }

    /** The buffers of one batch's outputs. */
    @FunctionalInterface
    public interface Outputs {
        /** The buffer of an output that was asked for; each call gives a fresh view from 0. */
        ByteBuffer get(String output);
    }

    /**
     * Runs all images and hands on chosen outputs, batch by batch.
     *
     * @param wanted the outputs, with the shapes that a probe observed
     */
    public void run(ImageSource images, Map<String, Observed> wanted, BatchConsumer consumer) {
        run(images, wanted, BATCH, consumer);
    }

    /**
     * The same, with at most {@code most} images at a time.
     *
     * @param most images of a batch; a fixed-batch model keeps its own
     */
    public void run(ImageSource images, Map<String, Observed> wanted, int most, BatchConsumer consumer) {
        List<Lane> all =
                Stream.generate(() -> new Lane(images, wanted)).limit(lanes).toList();
        try {
            int from = 0;
            while (from < images.size()) {
                List<Supplier<Lane>> round = new ArrayList<>();
                for (Lane lane : all) {
                    if (from < images.size()) {
                        from = lane.take(from, most);
                        round.add(lane::run);
                    }
                }
                // In the images' order, whichever lane was done first: sums must not depend on it.
                threads.run(round).forEach(lane -> lane.give(consumer));
            }
        } finally {
            all.forEach(Lane::close);
        }
    }

    /** Runs a batch after another with buffers of its own. */
    private final class Lane implements AutoCloseable {
        private final ImageSource images;
        private final Map<String, Observed> wanted;
        private @Nullable Binding binding;
        private int bound;
        private int batch;
        private int from;
        private int count;

        Lane(ImageSource images, Map<String, Observed> wanted) {
            this.images = images;
            this.wanted = wanted;
        }

        /** Takes the next images; returns where those after them begin. */
        int take(int first, int most) {
            from = first;
            batch = ports.batch(Math.min(most, images.size() - first));
            count = Math.min(batch, images.size() - first);
            return from + count;
        }

        Lane run() {
            Binding buffers = buffers();
            fill(images, from, count, batch, buffers.buffer(ports.input()));
            buffers.run();
            return this;
        }

        void give(BatchConsumer consumer) {
            consumer.accept(from, count, buffers()::buffer);
        }

        /** Those of the batch before, unless this one has another size: the last one may. */
        private Binding buffers() {
            if (binding == null || bound != batch) {
                close();
                binding = bind(batch, wanted);
                bound = batch;
            }
            return binding;
        }

        @Override
        public void close() {
            if (binding != null) {
                binding.close();
            }
        }
    }

    private static void fill(ImageSource images, int from, int count, int batch, ByteBuffer buffer) {
        images.fill(from, count, buffer.duplicate().order(buffer.order()));
        int image = buffer.capacity() / batch;
        for (int place = count; place < batch; place++) {
            buffer.put(place * image, buffer, 0, image);
        }
    }

    private Binding bind(int batch, Map<String, Observed> wanted) {
        Map<String, long[]> outputs = new LinkedHashMap<>();
        wanted.forEach((output, observed) -> outputs.put(output, observed.shapeAt(batch)));
        return session.bind(Map.of(ports.input(), ports.inputShape(batch)), outputs);
    }

    @Override
    public void close() {
        threads.close();
        session.close();
    }
}
