package dev.assay.audit;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A kind of task: a pure function of its request. Its result, and the bytes of the files that the result names, follow
 * from the request alone, but for durations.
 *
 * @param id kebab-case name in requests and file names
 * @param request record that holds what the task depends on
 * @param result record that holds what it found
 * @param body the function
 */
record TaskKind<Q, R>(String id, Class<Q> request, Class<R> result, Body<Q, R> body) {
    /** What a task does. */
    @FunctionalInterface
    interface Body<Q, R> {
        /**
         * Runs the task.
         *
         * @param folder the audit's folder, against which the request's files are resolved
         * @param progress told from time to time how far the task is
         */
        R run(Q request, Path folder, Consumer<Progress> progress);
    }

    /** A table of kinds by id. */
    static Map<String, TaskKind<?, ?>> table(TaskKind<?, ?>... kinds) {
        return Arrays.stream(kinds).collect(Collectors.toUnmodifiableMap(TaskKind::id, Function.identity()));
    }

    JsonNode run(JsonNode requestJson, Path folder, Consumer<Progress> progress) {
        Q read = AuditJson.MAPPER.treeToValue(requestJson, request);
        return AuditJson.MAPPER.valueToTree(body.run(read, folder, progress));
    }
}
