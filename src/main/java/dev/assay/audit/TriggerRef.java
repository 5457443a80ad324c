package dev.assay.audit;

import dev.assay.data.ImageSet;
import dev.assay.data.Npy;
import dev.assay.data.Trigger;
import dev.assay.ir.Tensor;
import java.nio.file.Path;

/**
 * A known trigger that an audit has put aside for its tasks.
 *
 * @param target the class it leads to
 * @param mask {@code [H, W]}, float32, in [0, 1]
 * @param pattern {@code [3, H, W]}, float32, in [0, 1]
 */
record TriggerRef(int target, FileRef mask, FileRef pattern) {
    /** Writes a trigger below an audit's folder. */
    static TriggerRef store(OutFolder folder, Trigger trigger) {
        return store(folder.root(), folder.work().resolve("trigger"), trigger);
    }

    /**
     * Writes a trigger.
     *
     * @param root the audit's folder
     * @param name below it; those of the files are made of it
     */
    static TriggerRef store(Path root, Path name, Trigger trigger) {
        Path mask = name.resolveSibling(name.getFileName() + "-mask.npy");
        Path pattern = name.resolveSibling(name.getFileName() + "-pattern.npy");
        long height = trigger.height();
        long width = trigger.width();
        Npy.write(mask, Tensor.ofFloats(new long[] {height, width}, trigger.mask()));
        Npy.write(pattern, Tensor.ofFloats(new long[] {ImageSet.CHANNELS, height, width}, trigger.pattern()));
        return new TriggerRef(trigger.target(), FileRef.of(root, mask), FileRef.of(root, pattern));
    }

    Trigger load(Path folder) {
        Tensor stored = Npy.read(mask.checked(folder));
        return Trigger.of(
                target,
                (int) stored.dim(0),
                (int) stored.dim(1),
                stored.floats(),
                Npy.read(pattern.checked(folder)).floats());
    }
}
