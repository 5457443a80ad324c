package dev.assay.runtime;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * A deployed classifier that scores images in batches through pinned buffers: an image is written once, where the
 * runtime reads it.
 *
 * <p>A fixed-batch model gets a batch that is not full filled up with copies of that batch's first image, whose outputs
 * are dropped: they change no extremes, so neither calibration nor dynamic quantization sees anything but images.
 */
public final class Classifier implements AutoCloseable {
    /** Large enough to keep two cores busy, small enough for the second-level cache of small nets. */
    public static final int BATCH = 64;

    private final Session session;
    private final ClassifierPorts ports;
    private final Observation observation;

    private Classifier(Session session, ImageClassifier model) {
        this.session = session;
        this.ports = model.ports();
        this.observation = model.observation();
    }

    /** Loads an artifact's file. */
    public static Classifier open(Path artifact, ImageClassifier model, SessionSpec spec) {
        return new Classifier(Session.open(artifact, spec), model);
    }

    /** Loads from memory a model derived from an artifact; {@code place} names it in error messages. */
    public static Classifier open(byte[] derived, String place, ImageClassifier model, SessionSpec spec) {
        return new Classifier(Session.open(derived, place, spec), model);
    }

    /** The output's scores, {@code [images, classes]}, image by image. */
    public float[] scores(ImageSource images) {
        return scores(images, done -> {});
    }

    /**
     * The output's scores, {@code [images, classes]}, image by image.
     *
     * @param progress told the number of images done so far, after each batch
     */
    public float[] scores(ImageSource images, IntConsumer progress) {
        float[] scores = new float[images.size() * ports.classes()];
        Observed output = observation.of(ports.output()).orElseThrow();
        run(images, Map.of(ports.output(), output), (from, count, outputs) -> {
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
        int from = 0;
        while (from < images.size()) {
            // Twice round at most: the full batches, then what is left over with buffers of its own.
            int batch = ports.batch(Math.min(most, images.size() - from));
            try (Binding binding = bind(batch, wanted)) {
                do {
                    int count = Math.min(batch, images.size() - from);
                    fill(images, from, count, batch, binding.buffer(ports.input()));
                    binding.run();
                    consumer.accept(from, count, binding::buffer);
                    from += count;
                } while (images.size() - from >= batch);
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
        session.close();
    }
}
