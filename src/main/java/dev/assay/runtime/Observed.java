package dev.assay.runtime;

import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What running a model showed of one value.
 *
 * @param type element type
 * @param dims its dimensions
 * @param constant its elements where they came out the same on different inputs and batches; small values only
 */
public record Observed(
        DataType type, List<Extent> dims, @Nullable Tensor constant) {
    public Observed {
        dims = List.copyOf(dims);
    }

    /**
     * A dimension as a function of the batch: {@code fixed + perImage · N}.
     *
     * @param fixed the part that does not follow the batch
     * @param perImage what each image adds
     */
    public record Extent(long fixed, long perImage) {
        long at(long batch) {
            return fixed + perImage * batch;
        }
    }

    /** Its shape for a batch. */
    public long[] shapeAt(long batch) {
        return dims.stream().mapToLong(dim -> dim.at(batch)).toArray();
    }

    /** Number of elements for one image: what a batch of two has more than a batch of one. */
    public long elementsPerImage() {
        return followsBatch() ? Tensor.elements(shapeAt(2)) - Tensor.elements(shapeAt(1)) : Tensor.elements(shapeAt(1));
    }

    /** Whether any dimension grows with the batch. */
    public boolean followsBatch() {
        return dims.stream().anyMatch(dim -> dim.perImage() != 0);
    }

    /** Whether each image's elements lie together, one image after the other. */
    public boolean isImageByImage() {
        return followsBatch()
                && dims.get(0).fixed() == 0
                && dims.stream().skip(1).allMatch(dim -> dim.perImage() == 0);
    }

    /** Its elements, where they are constant. */
    public Optional<Tensor> asConstant() {
        return Optional.ofNullable(constant);
    }
}
