package dev.assay.data;

import dev.assay.InvalidDataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The German Traffic Sign Recognition Benchmark in its official layout (Stallkamp et al., 2012). Whole frames are taken:
 * the region of interest in the annotations is not cropped. Classes carry no names.
 */
final class Gtsrb {
    private static final int CLASSES = 43;
    private static final String TEST_ANNOTATIONS = "GT-final_test.csv";

    private Gtsrb() {}

    /** {@code Final_Training/Images/<class>/GT-<class>.csv} and the images it lists, class by class. */
    static ImageSet training(Path folder, Range range, @Nullable ImageSize size) {
        Path images = folder.resolve("Final_Training").resolve("Images");
        List<ImageFiles.Entry> entries = new ArrayList<>();
        for (Path classFolder : DataFiles.folders(images)) {
            Path annotations = classFolder.resolve("GT-" + DataFiles.name(classFolder) + ".csv");
            entries.addAll(annotated(annotations, classFolder));
        }
        return new ImageFiles(images, entries, List.of()).load(range, size);
    }

    /**
     * {@code Final_Test/Images} in the order of {@code GT-final_test.csv}, which is published apart from the images:
     * it may lie beside them, in {@code Final_Test} or in {@code folder}.
     */
    static ImageSet test(Path folder, Range range, @Nullable ImageSize size) {
        Path images = folder.resolve("Final_Test").resolve("Images");
        Path annotations = List.of(images, folder.resolve("Final_Test"), folder).stream()
                .map(place -> place.resolve(TEST_ANNOTATIONS))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new InvalidDataException("%s: expected %s beside the images or above them, got none"
                        .formatted(images, TEST_ANNOTATIONS)));
        return new ImageFiles(images, annotated(annotations, images), List.of()).load(range, size);
    }

    /** The rows of a file with a header line, separated by semicolons, with the columns Filename and ClassId. */
    private static List<ImageFiles.Entry> annotated(Path annotations, Path images) {
        List<String> lines = DataFiles.lines(annotations);
        List<String> header = lines.isEmpty() ? List.of() : cells(lines.get(0));
        int name = header.indexOf("Filename");
        int label = header.indexOf("ClassId");
        if (name < 0 || label < 0) {
            throw new InvalidDataException(
                    annotations + ": expected columns Filename and ClassId, separated by semicolons, got " + header);
        }
        List<ImageFiles.Entry> entries = new ArrayList<>();
        for (int row = 1; row < lines.size(); row++) {
            List<String> cells = cells(lines.get(row));
            if (cells.size() != header.size()) {
                throw new InvalidDataException("%s: line %d: expected %d columns, got %d; copy it again whole"
                        .formatted(annotations, row + 1, header.size(), cells.size()));
            }
            entries.add(new ImageFiles.Entry(
                    DataFiles.resolve(images, cells.get(name), annotations),
                    classId(cells.get(label), annotations, row + 1)));
        }
        return entries;
    }

    private static List<String> cells(String line) {
        return Arrays.asList(line.split(";", -1));
    }

    private static int classId(String cell, Path annotations, int line) {
        if (!cell.matches("\\d{1,2}") || Integer.parseInt(cell) >= CLASSES) {
            throw new InvalidDataException(
                    "%s: line %d: expected a ClassId from 0 to %d, got '%s'; correct it or leave the line out"
                            .formatted(annotations, line, CLASSES - 1, cell));
        }
        return Integer.parseInt(cell);
    }
}
