package dev.assay.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The JSON forms of {@link Preprocessing#read}. */
final class PreprocessingFile {
    private static final Map<String, String> LAYOUTS = Map.of("CHW", "NCHW", "HWC", "NHWC");
    private static final String[] OWN_KEYS = {"layout", "order", "range", "mean", "std"};

    private PreprocessingFile() {}

    static Preprocessing read(JsonObject json) {
        return json.has("input") ? ofModelSidecar(json.object("input")) : ofOwnForm(json);
    }

    /** A file that was not named by the user may be about something else: then it has none of the keys. */
    static Optional<Preprocessing> readSidecar(JsonObject json) {
        boolean describesInput = json.has("input") || Arrays.stream(OWN_KEYS).anyMatch(json::has);
        return describesInput ? Optional.of(read(json)) : Optional.empty();
    }

    private static Preprocessing ofOwnForm(JsonObject json) {
        json.allowingOnly(OWN_KEYS);
        Preprocessing read = Preprocessing.DEFAULT;
        if (json.has("layout")) {
            read = read.withLayout(json.text("layout"));
        }
        if (json.has("order")) {
            read = read.withOrder(json.text("order"));
        }
        return withMeanAndStd(withRange(read, json), json);
    }

    private static Preprocessing ofModelSidecar(JsonObject input) {
        String[] order = input.text("order").toUpperCase(Locale.ROOT).split("\\s*,\\s*", -1);
        String layout = LAYOUTS.get(order[order.length - 1]);
        if (order.length != 2 || layout == null) {
            throw input.unexpected("order", "channels and axes as in \"RGB, CHW\"");
        }
        Preprocessing read = withRange(Preprocessing.DEFAULT.withOrder(order[0]).withLayout(layout), input);
        if (!input.has("normalisation")) {
            return read;
        }
        JsonObject normalisation = input.object("normalisation");
        return normalisation.flag("inside_model") ? read : withMeanAndStd(read, normalisation);
    }

    private static Preprocessing withRange(Preprocessing read, JsonObject json) {
        if (!json.has("range")) {
            return read;
        }
        List<Double> range = json.numbers("range", 2);
        return new Preprocessing(read.layout(), read.order(), range.get(0), range.get(1), read.mean(), read.std());
    }

    private static Preprocessing withMeanAndStd(Preprocessing read, JsonObject json) {
        List<Double> mean = json.has("mean") ? json.numbers("mean", ImageSet.CHANNELS) : read.mean();
        List<Double> std = json.has("std") ? json.numbers("std", ImageSet.CHANNELS) : read.std();
        return new Preprocessing(read.layout(), read.order(), read.low(), read.high(), mean, std);
    }
}
