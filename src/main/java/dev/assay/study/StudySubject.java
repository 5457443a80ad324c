package dev.assay.study;

import dev.assay.InvalidDataException;
import dev.assay.data.DataSpec;
import dev.assay.data.GroundTruth;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model to study.
 *
 * @param model an ONNX file whose sidecar tells its backdoor, trigger included
 * @param data labelled clean images to judge it on
 */
public record StudySubject(Path model, DataSpec data) {
    private static final Pattern FORM = Pattern.compile("(.+)=([a-z0-9-]+:.*)");

    /**
     * Reads {@code MODEL=SPEC}.
     *
     * @throws InvalidDataException if it is of another form, or no specification of images
     */
    public static StudySubject parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidDataException("expected MODEL=SPEC with SPEC as kind:PATH, got '%s'".formatted(text));
        }
        return new StudySubject(Path.of(matcher.group(1)), DataSpec.parse(matcher.group(2)));
    }

    /** The file's name, without its ending. */
    public String name() {
        return String.valueOf(model.getFileName()).replaceFirst("\\.onnx$", "");
    }

    /**
     * What its sidecar says.
     *
     * @throws InvalidDataException unless that names an attack, its target and its trigger
     */
    GroundTruth truth() {
        return GroundTruth.readSidecar(model)
                .filter(truth -> truth.isBackdoored() && truth.hasTrigger())
                .orElseThrow(() -> new InvalidDataException(
                        "%s: expected a backdoored model, with a sidecar %s.json that has the keys 'attack', 'target' and"
                                        .formatted(model, name())
                                + " 'trigger'; got one without"));
    }
}
