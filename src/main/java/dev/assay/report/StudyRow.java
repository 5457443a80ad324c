package dev.assay.report;

import dev.assay.audit.Judgement;
import dev.assay.audit.ZooResult.Outcome;
import dev.assay.defense.DefenseResult;
import dev.assay.quant.Scheme;
import dev.assay.study.StudiedModel;
import dev.assay.study.StudiedModel.StudiedDeployment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A row of a study's table: a deployment, or what the seed study's Neural Cleanse makes of one without a gradient.
 *
 * @param name of the deployment
 * @param deployment as it was measured
 * @param judgements what the defenses said
 */
record StudyRow(String name, StudiedDeployment deployment, List<Judgement> judgements) {
    private static final String WITHOUT_GRADIENT = " without gradient";

    /** All of a model, the row without a gradient beneath the deployment that the study ran it on. */
    static List<StudyRow> of(StudiedModel model) {
        return model.deployments().stream()
                .flatMap(deployment -> Stream.concat(
                        Stream.of(of(deployment)),
                        deployment.scheme().equals(Scheme.INT8_LINEAR_ONLY.id())
                                ? Stream.of(new StudyRow(
                                        deployment.scheme() + WITHOUT_GRADIENT,
                                        deployment,
                                        List.of(judgement(
                                                model.withoutGradient().result()))))
                                : Stream.empty()))
                .toList();
    }

    static StudyRow of(StudiedDeployment deployment) {
        return new StudyRow(
                deployment.scheme(), deployment, deployment.outcome().judgements());
    }

    private static Judgement judgement(DefenseResult result) {
        return new Judgement(
                result.id(),
                result.decision(),
                result.reason(),
                result.score(),
                result.threshold(),
                result.flaggedClasses(),
                false);
    }

    Outcome outcome() {
        return deployment.outcome();
    }

    Optional<Judgement> judgement(String defense) {
        return judgements.stream().filter(it -> it.defense().equals(defense)).findFirst();
    }

    /** Symbol and score; a symbol where there is no score, nothing where the defense did not run. */
    String mark(String defense) {
        return judgement(defense)
                .map(it -> Look.of(it.decision()).symbol()
                        + (Figures.isUndefined(it.score()) ? "" : " " + Figures.number(it.score())))
                .orElse("");
    }
}
