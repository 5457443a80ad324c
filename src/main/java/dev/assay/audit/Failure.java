package dev.assay.audit;

import dev.assay.AssayException;
import dev.assay.InvalidDataException;
import dev.assay.InvalidModelException;
import dev.assay.OutputException;
import dev.assay.ProviderUnavailableException;
import dev.assay.SessionException;
import dev.assay.UnsupportedOpException;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Why a task has no result.
 *
 * @param kind what sort of failure
 * @param message one line for people
 */
record Failure(Kind kind, String message) {
    /** The sorts of failure, each with the exception that stands for it in the process that asked for the task. */
    enum Kind {
        INVALID_MODEL(InvalidModelException.class, InvalidModelException::new),
        INVALID_DATA(InvalidDataException.class, InvalidDataException::new),
        OUTPUT(OutputException.class, OutputException::new),
        UNSUPPORTED_OP(UnsupportedOpException.class, UnsupportedOpException::new),
        PROVIDER_UNAVAILABLE(ProviderUnavailableException.class, ProviderUnavailableException::new),
        SESSION(SessionException.class, SessionException::new),
        /** The task's process ended without a result, or was ended. */
        DIED(null, SessionException::new);

        private final @Nullable Class<? extends AssayException> thrown;
        private final Function<String, AssayException> exception;

        Kind(@Nullable Class<? extends AssayException> thrown, Function<String, AssayException> exception) {
            this.thrown = thrown;
            this.exception = exception;
        }
    }

    static Failure of(AssayException exception) {
        Kind kind = Arrays.stream(Kind.values())
                .filter(candidate -> candidate.thrown == exception.getClass())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no row for " + exception.getClass(), exception));
        return new Failure(kind, String.valueOf(exception.getMessage()));
    }

    /** This failure as an exception, for callers that cannot go on without the result. */
    AssayException exception() {
        return kind.exception.apply(message);
    }
}
