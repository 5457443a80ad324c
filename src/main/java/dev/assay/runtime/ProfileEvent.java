package dev.assay.runtime;

import dev.assay.ir.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What a profile says of the calls of one node; nodes of different graphs that it says the same of are one.
 *
 * @param name the runtime's name for the node
 * @param index its number in its graph
 * @param op the operator that ran
 * @param provider where it ran, as the profile spells it
 * @param inputs the tensors it read, in order; prepacked weights are missing
 * @param outputs the tensors it wrote, in order
 */
record ProfileEvent(
        String name, String index, String op, String provider, List<Content> inputs, List<Content> outputs) {
    private static final String NODE_SUFFIX = "_kernel_time";

    /** A tensor: its element type as the profile spells it, and its dimensions. */
    record Content(String type, List<Long> dims) {
        private static List<Content> of(JsonNode list) {
            List<Content> contents = new ArrayList<>();
            for (JsonNode each : list) {
                each.properties().forEach(entry -> contents.add(new Content(entry.getKey(), dims(entry.getValue()))));
            }
            return contents;
        }

        private static List<Long> dims(JsonNode list) {
            List<Long> dims = new ArrayList<>();
            list.forEach(dim -> dims.add(dim.asLong()));
            return dims;
        }

        private Optional<DataType> dataType() {
            return Stream.of(DataType.values())
                    .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(type))
                    .findFirst();
        }
    }

    /** An event of the profile; empty where it is not of a node. */
    static Optional<ProfileEvent> of(JsonNode event) {
        String name = event.path("name").asString();
        JsonNode args = event.path("args");
        return event.path("cat").asString().equals("Node") && name.endsWith(NODE_SUFFIX)
                ? Optional.of(new ProfileEvent(
                        name.substring(0, name.length() - NODE_SUFFIX.length()),
                        args.path("node_index").asString(),
                        args.path("op_name").asString(),
                        args.path("provider").asString(),
                        Content.of(args.path("input_type_shape")),
                        Content.of(args.path("output_type_shape"))))
                : Optional.empty();
    }

    /** Whether the runtime made the name of a node that has none. */
    boolean isUnnamed() {
        return name.equals(op + "_" + index);
    }

    List<DataType> inputTypes() {
        return inputs.stream().flatMap(input -> input.dataType().stream()).toList();
    }
}
