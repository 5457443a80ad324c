package dev.assay.inspect;

import dev.assay.ir.DataType;
import dev.assay.ir.Tensor;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Remarks on the contents of initializers. */
final class WeightRemarks {
    /** A bias or a shift may well be zero; a kernel or matrix that is zero computes nothing. */
    private static final int MATRIX = 2;

    private WeightRemarks() {}

    static Optional<String> notFinite(Subject subject) {
        List<String> names = namesOf(subject, tensor -> tensor.type() == DataType.FLOAT && !isFinite(tensor));
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("NaN or infinity in %s of the weight tensors: the model's answers cannot be trusted"
                        .formatted(Subject.some(names)));
    }

    static Optional<String> allZero(Subject subject) {
        List<String> names = namesOf(
                subject, tensor -> tensor.type() == DataType.FLOAT && tensor.rank() >= MATRIX && isZero(tensor));
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("nothing but zeros in %s of the weight tensors: a graph without its weights?"
                        .formatted(Subject.some(names)));
    }

    static Optional<String> externalData(Subject subject) {
        List<String> names = namesOf(subject, tensor -> tensor.storage() == Tensor.Storage.EXTERNAL);
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of("%s of the weight tensors lie in other files: ship them together"
                        .formatted(Subject.some(names)));
    }

    private static List<String> namesOf(Subject subject, Predicate<Tensor> wanted) {
        return subject.weights()
                .filter(weight -> wanted.test(weight.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Reads in place: a tensor can be as large as the heap. */
    private static boolean isFinite(Tensor tensor) {
        FloatBuffer values = tensor.bytes().asFloatBuffer();
        while (values.hasRemaining()) {
            if (!Float.isFinite(values.get())) {
                return false;
            }
        }
        return true;
    }

    /** Whether there are elements, all of them zero. */
    private static boolean isZero(Tensor tensor) {
        FloatBuffer values = tensor.bytes().asFloatBuffer();
        boolean any = values.hasRemaining();
        while (values.hasRemaining()) {
            if (values.get() != 0) {
                return false;
            }
        }
        return any;
    }
}
