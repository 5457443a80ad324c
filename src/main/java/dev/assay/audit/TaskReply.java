package dev.assay.audit;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What became of a task: a result or a failure, the other being null. */
record TaskReply(@Nullable JsonNode result, @Nullable Failure failure) {
    TaskReply {
        // Read from JSON, an absent result is a node of its own kind.
        result = result == null || result.isNull() ? null : result;
        if ((result == null) == (failure == null)) {
            throw new IllegalArgumentException("expected a result or a failure, got " + result + " and " + failure);
        }
    }

    static TaskReply done(JsonNode result) {
        return new TaskReply(result, null);
    }

    static TaskReply failed(Failure.Kind kind, String message) {
        return new TaskReply(null, new Failure(kind, message));
    }

    /** The failure of a task without a result. */
    Failure failed() {
        return Objects.requireNonNull(failure, "a task with a result did not fail");
    }
}
