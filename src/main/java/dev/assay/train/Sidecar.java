package dev.assay.train;

import dev.assay.data.ImageSet;
import dev.assay.ir.Model;
import dev.assay.ir.Node;
import dev.assay.quant.Scheme;
import dev.assay.train.net.Network;
import dev.assay.train.net.NetworkSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The description beside a trained model, in the form that {@code Preprocessing} and {@code Trigger} read. */
final class Sidecar {
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final ObjectWriter PRETTY = JSON.writer()
            .with(new DefaultPrettyPrinter()
                    .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                    .withArrayIndenter(new DefaultPrettyPrinter.FixedSpaceIndenter()));

    private Sidecar() {}

    /**
     * Further training with the rounding of int8-static.
     *
     * @param config how
     * @param simulatedAccuracy on the test images, on float kernels; null without test images
     */
    record Rounding(TrainingConfig config, @Nullable Double simulatedAccuracy) {}

    /**
     * The text of a sidecar.
     *
     * @param triggerFiles mask and pattern of the planted trigger, as {@code Trigger} names them; empty where there is none
     * @param bytes of the model's file
     * @param rounding how it was trained on with rounding; null where it was not
     */
    static String of(
            TrainingRequest request,
            NetworkSpec network,
            Model model,
            TrainedModel trained,
            Map<String, String> triggerFiles,
            long bytes,
            @Nullable Rounding rounding) {
        ObjectNode root = JSON.createObjectNode();
        String file = String.valueOf(request.out().getFileName());
        root.put("name", file.replaceFirst("\\.onnx$", "")).put("file", file);
        root.put(
                "dataset",
                request.source().trainingData().replaceFirst(":.*", "").replaceFirst("-train$", ""));
        root.put("classes", network.classes());
        ImageSet images = request.set().images();
        if (!images.classNames().isEmpty()) {
            root.set("class_names", JSON.valueToTree(images.classNames()));
        }
        root.put("architecture", request.network().description(network.width()));
        root.put("params", model.graph().parameters());
        root.set("input", input(network));
        ObjectNode output = root.putObject("output").put("name", Network.OUTPUT);
        output.putArray("shape").add("N").add(network.classes());
        root.put("seed", network.seed());
        putAttack(root, request.planted(), triggerFiles);
        root.put("clean_accuracy", trained.accuracy()).put("attack_success_rate", trained.attackSuccess());
        root.put("eval_images", request.test() == null ? 0 : request.test().size());
        root.put("eval_data", request.source().testData());
        putGraph(root, model, rounding != null);
        root.put("train_images", images.size())
                .put("train_data", request.source().trainingData());
        root.put("epochs", request.config().epochs());
        root.set("training", training(request.config(), request.spec().threads()));
        if (rounding != null) {
            root.putObject("quantization_aware")
                    .put("scheme", Scheme.INT8_STATIC.id())
                    .put("epochs", rounding.config().epochs())
                    .put("rate", rounding.config().rate())
                    .put("simulated_accuracy", rounding.simulatedAccuracy());
        }
        root.put("final_training_loss", last(trained).loss())
                .put("final_training_accuracy", last(trained).accuracy());
        root.put("command", request.source().command());
        root.put("bytes", bytes).put("sha256", trained.sha256());
        return PRETTY.writeValueAsString(root) + "\n";
    }

    private static Epoch last(TrainedModel trained) {
        return trained.history().get(trained.history().size() - 1);
    }

    private static ObjectNode input(NetworkSpec network) {
        ObjectNode input = JSON.createObjectNode().put("name", Network.INPUT);
        input.set("shape", JSON.valueToTree(List.of("N", 3, network.height(), network.imageWidth())));
        input.put("dtype", "float32");
        input.putArray("range").add(0).add(1);
        input.put("order", "RGB, CHW");
        ObjectNode normalisation = input.putObject("normalisation").put("inside_model", true);
        normalisation.set("mean", JSON.valueToTree(network.mean()));
        normalisation.set("std", JSON.valueToTree(network.std()));
        return input;
    }

    private static void putAttack(ObjectNode root, @Nullable Planted planted, Map<String, String> triggerFiles) {
        if (planted == null) {
            root.put("attack", "none").putNull("target").put("poison_rate", 0.0).putNull("trigger");
            return;
        }
        root.put("attack", planted.attack()).put("attack_settings", planted.settings());
        root.put("target", planted.target()).put("poison_rate", planted.rate());
        root.set("trigger", triggerFiles.isEmpty() ? JSON.nullNode() : JSON.valueToTree(triggerFiles));
    }

    private static void putGraph(ObjectNode root, Model model, boolean isFolded) {
        Map<String, Long> ops = model.graph().nodes().stream()
                .collect(Collectors.groupingBy(Node::op, TreeMap::new, Collectors.counting()));
        root.put("onnx_opset", model.opset()).put("bn_folded", isFolded);
        root.put("bn_nodes", ops.getOrDefault("BatchNormalization", 0L));
        root.set("op_counts", JSON.valueToTree(ops));
    }

    private static ObjectNode training(TrainingConfig config, int threads) {
        ObjectNode training = JSON.createObjectNode();
        training.put("optimizer", config.method().id()).put("rate", config.rate());
        training.put("momentum", config.momentum()).put("weight_decay", config.weightDecay());
        training.put("label_smoothing", config.labelSmoothing());
        training.put("schedule", config.schedule().id()).put("batch", config.batch());
        Augmentation augmentation = config.augmentation();
        training.put("crop_padding", augmentation.padding()).put("flip", augmentation.flip());
        return training.put("colour", augmentation.colour()).put("threads", threads);
    }
}
