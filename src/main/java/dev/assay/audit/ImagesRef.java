package dev.assay.audit;

import dev.assay.data.ImageSet;
import dev.assay.data.Npy;
import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Images that an audit has put aside for its tasks, at the size the model takes.
 *
 * @param pixels {@code [N, 3, H, W]}, uint8
 * @param labels {@code [N]}, int64
 * @param classNames names of the classes; empty when unknown
 */
record ImagesRef(FileRef pixels, FileRef labels, List<String> classNames) {
    ImagesRef {
        classNames = List.copyOf(classNames);
    }

    /** Writes images below an audit's folder. */
    static ImagesRef store(OutFolder folder, String name, ImageSet images) {
        int imageBytes = images.image(0).remaining();
        byte[] pixels = new byte[Math.multiplyExact(images.size(), imageBytes)];
        for (int i = 0; i < images.size(); i++) {
            images.image(i).get(pixels, i * imageBytes, imageBytes);
        }
        long[] dims = {images.size(), images.channels(), images.height(), images.width()};
        Path pixelFile = folder.work().resolve(name + "-pixels.npy");
        Npy.write(pixelFile, Tensor.of(DataType.UINT8, dims, pixels));
        long[] labels = Arrays.stream(images.labels()).asLongStream().toArray();
        Path labelFile = folder.work().resolve(name + "-labels.npy");
        Npy.write(labelFile, Tensor.ofLongs(new long[] {labels.length}, labels));
        return new ImagesRef(
                FileRef.of(folder.root(), pixelFile), FileRef.of(folder.root(), labelFile), images.classNames());
    }

    ImageSet load(Path folder) {
        Tensor images = Npy.read(pixels.checked(folder));
        ByteBuffer content = images.bytes();
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        int[] classes = Arrays.stream(Npy.read(labels.checked(folder)).longs())
                .mapToInt(Math::toIntExact)
                .toArray();
        return ImageSet.of((int) images.dim(2), (int) images.dim(3), bytes, classes, classNames);
    }
}
