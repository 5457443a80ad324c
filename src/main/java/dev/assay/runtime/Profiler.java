package dev.assay.runtime;

import dev.assay.SessionException;
import dev.assay.ir.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Runs an artifact with ONNX Runtime's profiler on and reads back which nodes executed, as what, where and for how long. */
final class Profiler {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Profiler() {}

    /**
     * Profiles an artifact.
     *
     * @param runs runs after one to warm up; durations are their mean
     * @return the executed nodes in order of execution
     */
    static List<ExecutedNode> profile(Path artifact, SessionSpec spec, Map<String, Tensor> feeds, int runs) {
        try (ProfileFiles files = ProfileFiles.create()) {
            Path profile;
            try (Session session = Session.open(artifact, spec, files)) {
                List<String> outputs =
                        session.outputs().stream().map(Port::name).toList();
                for (int run = 0; run <= runs; run++) {
                    session.run(feeds, outputs);
                }
                profile = session.endProfiling();
            }
            return join(calls(profile, runs), runs + 1, OptimizedNodes.of(files.optimizedModel()));
        } catch (IOException | JacksonException e) {
            throw new SessionException(artifact + ": the profile could not be read: " + OneLine.of(e), e);
        }
    }

    /** How often a node was called in all runs, and how long its calls took in one. */
    private record Calls(int number, double micros) {
        Calls plus(Calls more) {
            return new Calls(number + more.number, micros + more.micros);
        }
    }

    /** The calls of each node, in order; the first warms up and is left out of the duration. */
    private static Map<ProfileEvent, Calls> calls(Path profile, int runs) throws IOException {
        Map<ProfileEvent, Calls> calls = new LinkedHashMap<>();
        try (var parser = JSON.createParser(profile)) {
            for (JsonNode event : JSON.<JsonNode[]>readValue(parser, JsonNode[].class)) {
                double micros = event.path("dur").asDouble() / runs;
                ProfileEvent.of(event)
                        .ifPresent(key ->
                                calls.merge(key, new Calls(1, 0), (before, none) -> before.plus(new Calls(1, micros))));
            }
        }
        return calls;
    }

    private static List<ExecutedNode> join(Map<ProfileEvent, Calls> calls, int runs, OptimizedNodes nodes) {
        List<ExecutedNode> executed = new ArrayList<>();
        calls.forEach((event, of) -> {
            Optional<OptimizedNodes.Found> found = nodes.take(event);
            executed.add(new ExecutedNode(
                    event.name(),
                    event.op(),
                    event.provider(),
                    (double) of.number() / runs,
                    of.micros(),
                    event.inputTypes(),
                    found.map(OptimizedNodes.Found::node).orElse(null),
                    found.filter(OptimizedNodes.Found::inSubgraph).isPresent(),
                    found.map(OptimizedNodes.Found::shapes).orElse(Map.of())));
        });
        return executed;
    }
}
