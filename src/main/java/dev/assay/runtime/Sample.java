package dev.assay.runtime;

import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One value of one run: its type and shape, and its content where that is small. */
record Sample(DataType type, List<Long> dims, @Nullable Tensor small) {
    /** What was fed, which is never taken for a constant. */
    static Sample ofInput(Tensor fed) {
        return new Sample(fed.type(), Arrays.stream(fed.dims()).boxed().toList(), null);
    }

    Optional<Tensor> content() {
        return Optional.ofNullable(small);
    }
}
