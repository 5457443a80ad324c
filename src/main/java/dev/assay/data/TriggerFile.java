package dev.assay.data;

import dev.assay.InvalidDataException;
import dev.assay.OutputException;
import dev.assay.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** The JSON forms of {@link Trigger#read}. */
final class TriggerFile {

    private final Path file;
    private final ImageSize size;
    private final JsonObject json;
    private final float[] mask;
    private final float[] pattern;

    TriggerFile(Path file, ImageSize size) {
        this.file = file;
        this.size = size;
        json = JsonObject.read(file);
        mask = new float[size.plane()];
        pattern = new float[size.bytes()];
    }

    Trigger read() {
        if (json.has("patches")) {
            json.allowingOnly("target", "patches");
            json.objects("patches").forEach(this::drawPatch);
        } else if (json.has("image")) {
            json.allowingOnly("target", "image", "row", "column", "alpha");
            drawImage(DataFiles.resolve(file.resolveSibling(""), json.text("image"), file));
        } else if (json.has("trigger")) {
            JsonObject trigger = json.object("trigger");
            load(trigger, "mask_file", 1, mask);
            load(trigger, "pattern_file", ImageSet.CHANNELS, pattern);
        } else {
            throw new InvalidDataException(
                    file + ": expected one of the keys patches, image, trigger, got none: there is no trigger in it");
        }
        return Trigger.of(file.toString(), json.count("target"), size, mask, pattern);
    }

    static void write(Trigger trigger, Path file) {
        Map<String, Object> json = new TreeMap<>();
        json.put("target", trigger.target());
        json.put("trigger", writeArrays(trigger, file));
        try {
            Files.writeString(file, JsonMapper.shared().writeValueAsString(json) + "\n");
        } catch (IOException e) {
            throw new OutputException(file + ": cannot be written: " + e, e);
        }
    }

    static Map<String, String> writeArrays(Trigger trigger, Path file) {
        String name = DataFiles.name(file).replaceFirst("\\.json$", "");
        String mask = name + "_mask.npy";
        String pattern = name + "_pattern.npy";
        long[] dims = {1, trigger.height(), trigger.width()};
        long[] patternDims = {ImageSet.CHANNELS, trigger.height(), trigger.width()};
        Npy.write(file.resolveSibling(mask), Tensor.ofFloats(dims, trigger.mask()));
        Npy.write(file.resolveSibling(pattern), Tensor.ofFloats(patternDims, trigger.pattern()));
        return new TreeMap<>(Map.of("mask_file", mask, "pattern_file", pattern));
    }

    private void drawPatch(JsonObject patch) {
        patch.allowingOnly("rows", "columns", "color");
        int[] rows = span(patch, "rows", size.height());
        int[] columns = span(patch, "columns", size.width());
        List<Double> color = patch.numbers("color", ImageSet.CHANNELS);
        for (int row = rows[0]; row <= rows[1]; row++) {
            for (int column = columns[0]; column <= columns[1]; column++) {
                int pixel = row * size.width() + column;
                mask[pixel] = 1;
                for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
                    pattern[channel * size.plane() + pixel] = (float) (color.get(channel) / ImageSet.MAX_LEVEL);
                }
            }
        }
    }

    /** First and last position, whole numbers inside the image. */
    private static int[] span(JsonObject patch, String key, int length) {
        List<Double> ends = patch.numbers(key, 2);
        boolean whole = ends.stream().allMatch(end -> end == Math.rint(end));
        if (!whole || ends.get(0) < 0 || ends.get(0) > ends.get(1) || ends.get(1) >= length) {
            throw patch.unexpected(key, "first and last of 0 to " + (length - 1));
        }
        return new int[] {ends.get(0).intValue(), ends.get(1).intValue()};
    }

    private void drawImage(Path imageFile) {
        DecodedImage image = DecodedImage.read(imageFile);
        boolean full = image.size().equals(size);
        int top = full && !json.has("row") ? 0 : json.count("row");
        int left = full && !json.has("column") ? 0 : json.count("column");
        double alpha = json.has("alpha") ? json.number("alpha") : 1;
        if (top > size.height() - image.size().height()
                || left > size.width() - image.size().width()) {
            throw new InvalidDataException("%s: expected an image that fits into %s at row %d, column %d, got %s"
                    .formatted(imageFile, size, top, left, image.size()));
        }
        for (int i = 0; i < image.size().plane(); i++) {
            int row = top + i / image.size().width();
            int column = left + i % image.size().width();
            int pixel = row * size.width() + column;
            mask[pixel] = (float) (alpha * (image.alpha()[i] & 0xFF) / ImageSet.MAX_LEVEL);
            for (int channel = 0; channel < ImageSet.CHANNELS; channel++) {
                int level = image.rgb()[channel * image.size().plane() + i] & 0xFF;
                pattern[channel * size.plane() + pixel] = level / (float) ImageSet.MAX_LEVEL;
            }
        }
    }

    private void load(JsonObject trigger, String key, int channels, float[] target) {
        Path arrayFile = DataFiles.resolve(file.resolveSibling(""), trigger.text(key), file);
        Tensor array = Npy.read(arrayFile);
        long[] dims = {channels, size.height(), size.width()};
        if (!Arrays.equals(array.dims(), dims)) {
            throw new InvalidDataException("%s: expected %s for images of %s, got %s; triggers are not resized"
                    .formatted(arrayFile, Arrays.toString(dims), size, Arrays.toString(array.dims())));
        }
        System.arraycopy(array.floats(), 0, target, 0, target.length);
    }
}
