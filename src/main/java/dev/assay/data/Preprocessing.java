package dev.assay.data;

import dev.assay.InvalidDataException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a pixel becomes an element of a model's input: {@code (pixel / 255 * (high - low) + low - mean) / std}.
 *
 * <p>Computed in double precision and rounded once, to float32. For the range 0..1 without mean and std this is bit for
 * bit what a float32 division {@code pixel / 255} gives; with them it can differ by one unit in the last place from a
 * computation in float32.
 *
 * @param layout the order of the input's axes
 * @param order the order of the input's channels
 * @param low what pixel 0 becomes before mean and std
 * @param high what pixel 255 becomes before mean and std
 * @param mean one for each channel, in the order of the input's channels
 * @param std one for each channel, in the order of the input's channels
 */
public record Preprocessing(
        Layout layout, ChannelOrder order, double low, double high, List<Double> mean, List<Double> std) {

    /** Order of a model input's axes. */
    public enum Layout {
        /** {@code [N, 3, H, W]}. */
        NCHW,
        /** {@code [N, H, W, 3]}. */
        NHWC;

        /** Elements from one channel of a pixel to the next, in an image of {@code plane} pixels. */
        int channelStride(int plane) {
            return this == NCHW ? plane : 1;
        }

        /** Elements from one pixel of a channel to the next. */
        int pixelStride() {
            return this == NCHW ? 1 : ImageSet.CHANNELS;
        }
    }

    /** Order of a model input's channels. */
    public enum ChannelOrder {
        /** Red, green, blue. */
        RGB,
        /** Blue, green, red, as OpenCV and Caffe have it. */
        BGR;

        /** The channel of an RGB image that becomes channel {@code channel} of the input. */
        int source(int channel) {
            return this == RGB ? channel : ImageSet.CHANNELS - 1 - channel;
        }
    }

    private static final List<Double> NO_MEAN = Collections.nCopies(ImageSet.CHANNELS, 0.0);
    private static final List<Double> NO_STD = Collections.nCopies(ImageSet.CHANNELS, 1.0);

    /** Pixels as 0..1, RGB, channels first, neither mean nor std. */
    public static final Preprocessing DEFAULT = new Preprocessing(Layout.NCHW, ChannelOrder.RGB, 0, 1, NO_MEAN, NO_STD);

    /**
     * Preprocessing with checked numbers; the lists are copied.
     *
     * @throws InvalidDataException if a number is not finite, {@code low} is not below {@code high}, a std is not
     *     positive, or mean or std are not three
     */
    public Preprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (!(low < high) || !Double.isFinite(high - low)) {
            throw new InvalidDataException(
                    "preprocessing: range: expected finite low..high with low < high, got %s..%s".formatted(low, high));
        }
        if (mean.size() != ImageSet.CHANNELS || !mean.stream().allMatch(Double::isFinite)) {
            throw new InvalidDataException("preprocessing: mean: expected three finite numbers, got " + mean);
        }
        if (std.size() != ImageSet.CHANNELS || !std.stream().allMatch(s -> s > 0 && Double.isFinite(s))) {
            throw new InvalidDataException("preprocessing: std: expected three positive numbers, got " + std);
        }
    }

    /**
     * Reads a JSON file that describes a model's input. Either Assay's own form, every key optional with
     * {@link #DEFAULT} for what is missing,
     *
     * <pre>{@code {"layout": "nhwc", "order": "rgb", "range": [0, 1], "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}}</pre>
     *
     * or the sidecar of a model whose {@code input} is described so, other keys being ignored:
     *
     * <pre>{@code {"input": {"range": [0, 1], "order": "RGB, CHW",
     *            "normalisation": {"inside_model": true, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}}}}</pre>
     *
     * where mean and std are not applied again when they are {@code inside_model}.
     *
     * @throws InvalidDataException if the file is missing, damaged or of neither form
     */
    public static Preprocessing read(Path file) {
        return PreprocessingFile.read(JsonObject.read(file));
    }

    /**
     * Reads the sidecar of a model, {@code model.json} beside {@code model.onnx}, of one of the forms of {@link #read}.
     *
     * @return empty when there is none, or it describes something else than the model's input
     * @throws InvalidDataException if it is damaged
     */
    public static Optional<Preprocessing> readSidecar(Path model) {
        Path sidecar = sidecarOf(model);
        return Files.isRegularFile(sidecar)
                ? PreprocessingFile.readSidecar(JsonObject.read(sidecar))
                : Optional.empty();
    }

    /** Where {@link #readSidecar} looks. */
    public static Path sidecarOf(Path model) {
        return model.resolveSibling(DataFiles.name(model).replaceFirst("\\.onnx$", "") + ".json");
    }

    /**
     * This preprocessing with the layout {@code nchw} or {@code nhwc}, in any case.
     *
     * @throws InvalidDataException if {@code text} is something else
     */
    public Preprocessing withLayout(String text) {
        return new Preprocessing(constant(Layout.class, "layout", text), order, low, high, mean, std);
    }

    /**
     * This preprocessing with the channel order {@code rgb} or {@code bgr}, in any case.
     *
     * @throws InvalidDataException if {@code text} is something else
     */
    public Preprocessing withOrder(String text) {
        return new Preprocessing(layout, constant(ChannelOrder.class, "order", text), low, high, mean, std);
    }

    /**
     * This preprocessing with a range like {@code 0..255} or {@code -1..1}.
     *
     * @throws InvalidDataException if {@code text} is something else
     */
    public Preprocessing withRange(String text) {
        int dots = text.indexOf("..");
        if (dots < 0) {
            throw new InvalidDataException("preprocessing: range: expected low..high, got '" + text + "'");
        }
        double newLow = number("range", text.substring(0, dots));
        double newHigh = number("range", text.substring(dots + 2));
        return new Preprocessing(layout, order, newLow, newHigh, mean, std);
    }

    /**
     * This preprocessing with a mean like {@code 0.485,0.456,0.406}, or one number for all channels.
     *
     * @throws InvalidDataException if {@code text} is something else
     */
    public Preprocessing withMean(String text) {
        return new Preprocessing(layout, order, low, high, perChannel("mean", text), std);
    }

    /**
     * This preprocessing with a std like {@code 0.229,0.224,0.225}, or one number for all channels.
     *
     * @throws InvalidDataException if {@code text} is something else, or not positive
     */
    public Preprocessing withStd(String text) {
        return new Preprocessing(layout, order, low, high, mean, perChannel("std", text));
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String key, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(text.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new InvalidDataException("preprocessing: %s: expected one of %s, got '%s'"
                        .formatted(key, Arrays.toString(type.getEnumConstants()), text)));
    }

    private static List<Double> perChannel(String key, String text) {
        List<Double> numbers = Arrays.stream(text.split(",", -1))
                .map(part -> number(key, part))
                .toList();
        return numbers.size() == 1 ? Collections.nCopies(ImageSet.CHANNELS, numbers.get(0)) : numbers;
    }

    private static double number(String key, String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            throw new InvalidDataException("preprocessing: %s: expected a number, got '%s'".formatted(key, text), e);
        }
    }

    /** What levels of one channel of the input become. */
    record OfChannel(double span, double low, double mean, double std) {
        /** The element of the input for a level from 0 to 255, which need not be whole. */
        double apply(double level) {
            return (level * span / ImageSet.MAX_LEVEL + low - mean) / std;
        }
    }

    /** What levels become in channel {@code channel} of the input. */
    OfChannel channel(int channel) {
        return new OfChannel(high - low, low, mean.get(channel), std.get(channel));
    }

    /**
     * Writes images {@code from} to before {@code from + count} in {@link #layout()}, from the buffer's position on,
     * which moves behind them.
     *
     * @throws IndexOutOfBoundsException if the set has fewer images
     * @throws java.nio.BufferOverflowException if the buffer has no room for them; nothing is written
     */
    public void fill(ImageSet set, int from, int count, FloatBuffer out) {
        new InputWriter(this, set, null).write(from, count, out);
    }

    /**
     * As {@link #fill(ImageSet, int, int, FloatBuffer)}, with the trigger on every image. Blended pixels are not rounded
     * to levels; where the mask is 0 elements are the same as without the trigger.
     *
     * @throws InvalidDataException if the trigger is not of the images' size
     */
    public void fill(ImageSet set, int from, int count, Trigger trigger, FloatBuffer out) {
        new InputWriter(this, set, trigger).write(from, count, out);
    }

    /**
     * For models with uint8 input: writes the pixels 0..255 as they are, in {@link #layout()} and {@link #order()},
     * whatever the range.
     *
     * @throws InvalidDataException if there is a mean or std, which bytes cannot hold
     * @throws IndexOutOfBoundsException if the set has fewer images
     * @throws java.nio.BufferOverflowException if the buffer has no room for them; nothing is written
     */
    public void fill(ImageSet set, int from, int count, ByteBuffer out) {
        requirePlainPixels();
        new InputWriter(this, set, null).write(from, count, out);
    }

    /**
     * As {@link #fill(ImageSet, int, int, ByteBuffer)}, with the trigger on every image and blended pixels rounded to the
     * nearest level.
     *
     * @throws InvalidDataException if the trigger is not of the images' size
     */
    public void fill(ImageSet set, int from, int count, Trigger trigger, ByteBuffer out) {
        requirePlainPixels();
        new InputWriter(this, set, trigger).write(from, count, out);
    }

    private void requirePlainPixels() {
        if (!mean.equals(NO_MEAN) || !std.equals(NO_STD)) {
            throw new InvalidDataException(
                    "preprocessing: expected neither mean nor std for a model with uint8 input, got mean %s, std %s"
                            .formatted(mean, std));
        }
    }
}
