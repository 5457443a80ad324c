package dev.assay.runtime;

import dev.assay.SessionException;
import dev.assay.ir.DataType;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.ir.Tensor;
import dev.assay.onnx.OnnxReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Runs an artifact with ONNX Runtime's profiler on and reads back which nodes executed, as what, where and for how long. */
final class Profiler {
    private static final String NODE_SUFFIX = "_kernel_time";
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
            return join(events(profile, runs), optimizedNodes(files.optimizedModel()));
        } catch (IOException | JacksonException e) {
            throw new SessionException(artifact + ": the profile could not be read: " + OneLine.of(e), e);
        }
    }

    /** One event a node, in order; the first run warms up and is left out of the mean. */
    private static List<Event> events(Path profile, int runs) throws IOException {
        Map<String, Event> events = new LinkedHashMap<>();
        Map<String, Integer> seen = new HashMap<>();
        try (var parser = JSON.createParser(profile)) {
            for (JsonNode event : JSON.<JsonNode[]>readValue(parser, JsonNode[].class)) {
                String name = event.path("name").asString();
                if (!event.path("cat").asString().equals("Node") || !name.endsWith(NODE_SUFFIX)) {
                    continue;
                }
                JsonNode args = event.path("args");
                String key = name + '#' + args.path("node_index").asString();
                boolean warm = seen.merge(key, 1, Integer::sum) > 1;
                double micros = warm ? event.path("dur").asDouble() / runs : 0;
                Event previous = events.get(key);
                events.put(
                        key,
                        previous == null
                                ? new Event(
                                        name.substring(0, name.length() - NODE_SUFFIX.length()),
                                        args.path("op_name").asString(),
                                        args.path("provider").asString(),
                                        micros,
                                        types(args.path("input_type_shape")))
                                : previous.plus(micros));
            }
        }
        return List.copyOf(events.values());
    }

    private record Event(String name, String op, String provider, double micros, List<DataType> inputTypes) {
        Event plus(double more) {
            return new Event(name, op, provider, micros + more, inputTypes);
        }
    }

    private static List<DataType> types(JsonNode inputs) {
        List<DataType> types = new ArrayList<>();
        for (JsonNode input : inputs) {
            for (String type : input.propertyNames()) {
                profileType(type).ifPresent(types::add);
            }
        }
        return types;
    }

    private static Optional<DataType> profileType(String name) {
        return Stream.of(DataType.values())
                .filter(type -> type.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst();
    }

    /** Nodes of the optimized graph by name and operator; nodes that share both are taken in order. */
    private static Map<String, Deque<Node>> optimizedNodes(Path optimizedModel) {
        Map<String, Deque<Node>> byName = new HashMap<>();
        if (Files.exists(optimizedModel)) {
            Model model = OnnxReader.read(optimizedModel);
            for (Node node : model.graph().sorted()) {
                byName.computeIfAbsent(node.name() + '#' + node.op(), key -> new ArrayDeque<>())
                        .add(node);
            }
        }
        return byName;
    }

    private static List<ExecutedNode> join(List<Event> events, Map<String, Deque<Node>> nodes) {
        List<ExecutedNode> executed = new ArrayList<>();
        for (Event event : events) {
            Deque<Node> candidates = nodes.getOrDefault(event.name() + '#' + event.op(), new ArrayDeque<>());
            executed.add(new ExecutedNode(
                    event.name(), event.op(), event.provider(), event.micros(), event.inputTypes(), candidates.poll()));
        }
        return executed;
    }
}
