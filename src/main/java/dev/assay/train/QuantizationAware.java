package dev.assay.train;

import dev.assay.ir.DataType;
import dev.assay.ir.GraphEditor;
import dev.assay.ir.Model;
import dev.assay.ir.Tensor;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.UnfinishedArtifact;
import dev.assay.runtime.ImageClassifier;
import dev.assay.runtime.ImageSource;
import dev.assay.runtime.SessionSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Quantization-aware training: a trained classifier goes on being trained while it computes with weights and activations
 * rounded as {@link dev.assay.quant.Scheme#INT8_STATIC} rounds them, and ends as that artifact. Gradients pass rounding
 * straight through and stop where an activation lies outside its range; see {@link UnfinishedArtifact}.
 *
 * @param artifact the int8-static artifact
 * @param simulation what training computed with in the end, on float kernels; to be run without optimization, for where
 *     weights are constant the runtime would round them once more, its own way (measured)
 * @param history what was seen of each epoch
 */
record QuantizationAware(Model artifact, ImageClassifier simulation, List<Epoch> history) {
    QuantizationAware {
        history = List.copyOf(history);
    }

    /**
     * Goes on training.
     *
     * @param trainee a trained float classifier; its BatchNormalization, folded, goes on with the statistics that it has
     * @param config of this training, not of the one before
     * @throws dev.assay.InvalidModelException if the loss leaves the finite numbers
     */
    static QuantizationAware train(
            Trainee trainee, TrainingSet set, TrainingConfig config, SessionSpec spec, TrainingListener listener) {
        ImageSource calibration = ImageSource.of(
                set.images().drawn(QuantConfig.CALIBRATION_IMAGES, new SplittableRandom(config.seed())),
                trainee.preprocessing(),
                DataType.FLOAT);
        UnfinishedArtifact unfinished =
                UnfinishedArtifact.of(trainee.classifier(), QuantConfig.DEFAULTS, calibration, spec.threads());
        ImageClassifier start = unfinished.simulation();
        Trainer.Trained trained = Trainer.train(
                new Trainee(
                        start,
                        trainee.preprocessing(),
                        Trainee.Normalization.AS_DEPLOYED,
                        trainee.place(),
                        unfinished::rounded),
                set,
                config,
                spec,
                null,
                listener);
        Model rounded = rounded(trained.model(), unfinished);
        return new QuantizationAware(
                unfinished.finish(trained.model()).model(),
                new ImageClassifier(rounded, start.observation(), start.ports()),
                trained.history());
    }

    private static Model rounded(Model trained, UnfinishedArtifact unfinished) {
        List<Parameter> parameters = Parameter.of(trained.graph());
        Map<String, float[]> values = unfinished.rounded(parameters.stream()
                .collect(Collectors.toMap(
                        Parameter::name, parameter -> parameter.initial().floats())));
        GraphEditor edit = trained.graph().edit();
        for (Parameter parameter : parameters) {
            float[] rounded = Objects.requireNonNull(values.get(parameter.name()));
            edit.setConstant(
                    parameter.name(), Tensor.ofFloats(parameter.initial().dims(), rounded));
        }
        return trained.withGraph(edit.commit());
    }
}
