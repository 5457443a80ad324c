package dev.assay.audit;

import dev.assay.Sha256;
import dev.assay.Version;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A task to run.
 *
 * @param id unique in its audit; names the task's files
 * @param kind id of its {@link TaskKind}
 * @param request the request, in the order of its record's components
 */
record TaskCall(String id, String kind, JsonNode request) {
    /** One more whenever a task computes, or tells, something else for the same request. */
    private static final int RESULTS = 2;

    private static final JsonMapper CANONICAL = AuditJson.MAPPER
            .rebuild()
            .disable(SerializationFeature.INDENT_OUTPUT)
            .build();

    static <Q> TaskCall of(String id, TaskKind<Q, ?> kind, Q request) {
        return new TaskCall(id, kind.id(), AuditJson.MAPPER.valueToTree(request));
    }

    /** Digest of everything the result depends on: Assay's version, what tasks compute, the kind and the request. */
    String key() {
        return Sha256.ofText(CANONICAL.writeValueAsString(new Dependencies(Version.ASSAY, RESULTS, kind, request)));
    }

    private record Dependencies(String assay, int results, String kind, JsonNode request) {}
}
