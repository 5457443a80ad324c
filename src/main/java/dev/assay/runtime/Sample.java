package dev.assay.runtime;

import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One output of one run: its type and shape, and its content where that is small. */
record Sample(DataType type, List<Long> dims, @Nullable Tensor small) {
    Optional<Tensor> content() {
        return Optional.ofNullable(small);
    }
}
