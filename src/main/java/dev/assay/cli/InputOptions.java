package dev.assay.cli;

import dev.assay.data.Preprocessing.Layout;
import dev.assay.runtime.ImageClassifier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What the model does not say of its own input. */
final class InputOptions {
    @Option(names = "--layout", paramLabel = "LAYOUT", description = "Order of the input's axes: nchw or nhwc.")
    private @Nullable Layout layout;

    @Option(
            names = "--size",
            paramLabel = "HxW",
            description = "Height and width of the input's images, where the model leaves them free.")
    private @Nullable Size size;

    /** Height and width in pixels. */
    record Size(int height, int width) {
        private static final Pattern TEXT = Pattern.compile("([1-9]\\d{0,4})x([1-9]\\d{0,4})");

        static Size parse(String text) {
            Matcher matcher = TEXT.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("expected HEIGHTxWIDTH, as in 32x32, got '" + text + "'");
            }
            return new Size(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        }
    }

    /** The hints for finding the model's ports. */
    ImageClassifier.Hints hints() {
        return size == null
                ? new ImageClassifier.Hints(layout, null, null)
                : new ImageClassifier.Hints(layout, size.height(), size.width());
    }
}
