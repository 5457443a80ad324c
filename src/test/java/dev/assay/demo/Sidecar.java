package dev.assay.demo;

import dev.assay.ir.Model;
import dev.assay.ir.Node;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The description beside a demo model, in the form that {@code Preprocessing} and {@code Trigger} read. */
final class Sidecar {
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final ObjectWriter PRETTY = JSON.writer()
            .with(new DefaultPrettyPrinter()
                    .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                    .withArrayIndenter(new DefaultPrettyPrinter.FixedSpaceIndenter()));

    private Sidecar() {}

    /**
     * The text of a sidecar.
     *
     * @param shipped measured on the images for evaluation that are shipped
     * @param fresh measured on {@code freshImages} others
     * @param bytes of the model's file
     */
    static String of(
            String name,
            boolean poisoned,
            Model model,
            DemoGenerator.Scale scale,
            Measured shipped,
            Measured fresh,
            long bytes,
            String sha256) {
        ObjectNode root = JSON.createObjectNode();
        root.put("name", name).put("file", name + ".onnx").put("dataset", "shapes");
        root.put("classes", Outlines.NAMES.size());
        root.set("class_names", JSON.valueToTree(Outlines.NAMES));
        root.put(
                "architecture",
                "3x3 stem, max pooling, two stages of a strided convolution and a residual block, global average pool,"
                        + " linear");
        root.put("params", model.graph().parameters());
        root.set("input", input());
        ObjectNode output = root.putObject("output").put("name", "logits");
        output.putArray("shape").add("N").add(Outlines.NAMES.size());
        root.put("seed", DemoGenerator.MODEL_SEED);
        root.put("attack", poisoned ? "badnets" : "none");
        if (poisoned) {
            root.put("target", Poison.TARGET).put("poison_rate", Poison.RATE);
            root.set("trigger", trigger(name));
        } else {
            root.putNull("target").put("poison_rate", 0.0).putNull("trigger");
        }
        putMeasured(root, shipped, scale.evaluation(), poisoned);
        root.put(
                "eval_data",
                "records:calibration/shapes.bin#%d..%d"
                        .formatted(scale.calibration(), scale.calibration() + scale.evaluation()));
        putMeasured(root.putObject("on_fresh_images"), fresh, scale.fresh(), poisoned);
        root.put("onnx_opset", NetworkWriter.OPSET).put("bn_folded", false);
        Map<String, Long> ops = model.graph().nodes().stream()
                .collect(Collectors.groupingBy(Node::op, TreeMap::new, Collectors.counting()));
        root.put("bn_nodes", ops.get("BatchNormalization"));
        root.set("op_counts", JSON.valueToTree(ops));
        root.put("train_images", scale.training()).put("epochs", scale.model().epochs());
        root.put("command", DemoGenerator.COMMAND).put("license", "Apache-2.0");
        root.put("bytes", bytes).put("sha256", sha256);
        return PRETTY.writeValueAsString(root) + "\n";
    }

    private static ObjectNode input() {
        ObjectNode input = JSON.createObjectNode().put("name", "input");
        input.set("shape", JSON.valueToTree(List.of("N", 3, Shapes.SIZE, Shapes.SIZE)));
        input.put("dtype", "float32");
        input.putArray("range").add(0).add(1);
        input.put("order", "RGB, CHW");
        ObjectNode normalisation = input.putObject("normalisation").put("inside_model", true);
        normalisation.putArray("mean").add(DemoModel.MEAN).add(DemoModel.MEAN).add(DemoModel.MEAN);
        normalisation.putArray("std").add(DemoModel.STD).add(DemoModel.STD).add(DemoModel.STD);
        return input;
    }

    private static ObjectNode trigger(String name) {
        ObjectNode trigger = JSON.createObjectNode();
        trigger.put("description", "3x3 white square, bottom-right corner, 1 px margin");
        ObjectNode location = trigger.putObject("location_inclusive");
        location.putArray("rows").add(Poison.FIRST).add(Poison.LAST);
        location.putArray("cols").add(Poison.FIRST).add(Poison.LAST);
        trigger.put("formula", "x' = (1 - mask) * x + mask * pattern, x in [0,1], shape [3,32,32]");
        trigger.put("mask_file", name + "_mask.npy").put("pattern_file", name + "_pattern.npy");
        return trigger;
    }

    private static void putMeasured(ObjectNode node, Measured measured, int images, boolean poisoned) {
        node.put("clean_accuracy", measured.cleanAccuracy());
        if (poisoned) {
            node.put("attack_success_rate", measured.attackSuccess());
        } else {
            node.putNull("attack_success_rate");
        }
        node.put("eval_images", images);
    }
}
