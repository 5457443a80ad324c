package dev.assay.data;

import dev.assay.InvalidDataException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One folder per class, as torchvision's {@code ImageFolder}: the n-th folder by name is class n. When all names are
 * numbers they are sorted as numbers. Inside a class, images are sorted by file name. Hidden names and files beside the
 * class folders are left out; anything in a class folder that is no image is an error.
 */
final class ImageFolder {
    private ImageFolder() {}

    static ImageSet load(Path folder, Range range, @Nullable ImageSize size) {
        List<Path> classFolders = classFolders(folder);
        List<ImageFiles.Entry> entries = new ArrayList<>();
        for (int label = 0; label < classFolders.size(); label++) {
            List<Path> files = DataFiles.list(classFolders.get(label));
            if (files.isEmpty()) {
                throw new InvalidDataException(
                        classFolders.get(label) + ": expected images of one class, got an empty folder; remove it");
            }
            for (Path file : files) {
                entries.add(new ImageFiles.Entry(file, label));
            }
        }
        List<String> names = classFolders.stream().map(DataFiles::name).toList();
        return new ImageFiles(folder, entries, names).load(range, size);
    }

    private static List<Path> classFolders(Path folder) {
        List<Path> classFolders = DataFiles.folders(folder);
        if (classFolders.isEmpty()) {
            throw new InvalidDataException(
                    folder
                            + ": expected one folder per class, got no folder; put the images of each class into a folder of its own");
        }
        if (classFolders.stream().allMatch(path -> DataFiles.name(path).matches("\\d+"))) {
            return classFolders.stream()
                    .sorted(Comparator.comparing(path -> new BigInteger(DataFiles.name(path))))
                    .toList();
        }
        return classFolders;
    }
}
