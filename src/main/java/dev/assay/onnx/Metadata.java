package dev.assay.onnx;

import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.onnx.proto.ModelProto;
import dev.assay.onnx.proto.NodeProto;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a model's file says about its origin. Nothing of it changes what the model computes.
 *
 * @param producer tool that wrote it and that tool's version; empty when not said
 * @param modelVersion version of the model itself, 0 when not said
 * @param documentation text for people; empty when there is none
 * @param properties further entries, by key
 * @param annotatedNodes nodes of the main graph with documentation or metadata of their own
 */
public record Metadata(
        String producer, long modelVersion, String documentation, Map<String, String> properties, long annotatedNodes) {
    public Metadata {
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /** The metadata of a model; text that is not UTF-8 is shown with replacement characters. */
    public static Metadata of(Model model) {
        ModelProto.Builder rest = Rest.into(ModelProto.newBuilder(), model.rest());
        Map<String, String> properties = new LinkedHashMap<>();
        rest.getMetadataPropsList()
                .forEach(entry -> properties.put(
                        entry.getKey().toStringUtf8(), entry.getValue().toStringUtf8()));
        String producer = rest.getProducerName().toStringUtf8() + " "
                + rest.getProducerVersion().toStringUtf8();
        return new Metadata(
                producer.strip(),
                rest.getModelVersion(),
                rest.getDocString().toStringUtf8(),
                properties,
                model.graph().nodes().stream().filter(Metadata::isAnnotated).count());
    }

    private static boolean isAnnotated(Node node) {
        NodeProto.Builder rest = Rest.into(NodeProto.newBuilder(), node.rest());
        return !rest.getDocString().isEmpty() || rest.getMetadataPropsCount() > 0;
    }
}
