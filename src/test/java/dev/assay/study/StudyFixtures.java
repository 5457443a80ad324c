package dev.assay.study;

import dev.assay.audit.Judgement;
import dev.assay.audit.ZooResult.Outcome;
import dev.assay.defense.Budget;
import dev.assay.defense.Decision;
import dev.assay.defense.GradientlessCleanse;
import dev.assay.quant.Scheme;
import dev.assay.study.StudiedModel.ClassNorm;
import dev.assay.study.StudiedModel.StudiedDeployment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Made-up results of the study of blind spots. */
public final class StudyFixtures {
    private static final double[] NORMS = {5.9, 30, 41, 52, 60.1};

    private StudyFixtures() {}

    /** A model of a data set, target 0, with deployments. */
    static StudiedModel model(String dataset, StudiedDeployment... deployments) {
        return new StudiedModel(
                dataset + "_badnets",
                "00ff",
                dataset,
                "badnets",
                0,
                List.of("nought", "one"),
                dataset + ":images",
                1000,
                dataset + "_badnets",
                Arrays.asList(deployments),
                GradientlessCleanse.of(5));
    }

    /** A deployment with triggers to five classes, on which Neural Cleanse and STRIP decided. */
    static StudiedDeployment deployment(
            Scheme scheme, double accuracy, double success, Decision cleanse, Decision strip) {
        return deployment(scheme, accuracy, success, cleanse, strip, NORMS);
    }

    static StudiedDeployment deployment(
            Scheme scheme, double accuracy, double success, Decision cleanse, Decision strip, double... norms) {
        List<ClassNorm> classNorms = new ArrayList<>();
        for (int i = 0; i < norms.length; i++) {
            classNorms.add(new ClassNorm(i, norms[i], 0.96));
        }
        Outcome outcome = new Outcome(
                scheme.id() + "/cpu/all",
                accuracy,
                success,
                null,
                List.of(judgement("neural-cleanse", cleanse), judgement("strip", strip)));
        return new StudiedDeployment(scheme.id(), outcome, 0.5, 0.25, classNorms);
    }

    private static Judgement judgement(String defense, Decision decision) {
        boolean detected = decision == Decision.DETECTED;
        return new Judgement(
                defense,
                decision,
                "because of " + defense,
                detected ? 3.5 : 0.5,
                2,
                detected ? List.of(0) : List.of(),
                detected);
    }

    /** A deployment that could not be measured. */
    static StudiedDeployment failed(Scheme scheme, String why) {
        Outcome outcome = new Outcome(scheme.id() + "/cpu/all", Double.NaN, Double.NaN, why, List.of());
        return new StudiedDeployment(scheme.id(), outcome, Double.NaN, Double.NaN, List.of());
    }

    /** A hard set of whose model one deployment failed, for the reason given, and no easy set. */
    public static BlindspotsResult result(String text) {
        StudiedModel model = model(
                "cifar10",
                deployment(Scheme.FP32, 0.831, 0.976, Decision.DETECTED, Decision.DETECTED),
                deployment(Scheme.INT8_LINEAR_ONLY, 0.83, 0.975, Decision.DETECTED, Decision.DETECTED),
                failed(Scheme.INT8_DYNAMIC, text),
                deployment(Scheme.INT8_STATIC, 0.829, 0.957, Decision.NOT_DETECTED, Decision.INCONCLUSIVE),
                deployment(Scheme.INT4_SIMULATED, 0.8, 0.96, Decision.DETECTED, Decision.DETECTED),
                deployment(Scheme.INT4_KERNEL, 0.83, 0.97, Decision.DETECTED, Decision.NOT_APPLICABLE));
        StudiedModel named = new StudiedModel(
                text,
                model.sha256(),
                model.dataset(),
                text,
                model.target(),
                List.of(text),
                text,
                model.images(),
                text,
                model.deployments(),
                model.withoutGradient());
        List<StudiedModel> models = List.of(named);
        return new BlindspotsResult(
                BlindspotsResult.SCHEMA, "0.1.0", text, 7, Budget.QUICK, 5, models, SeedStudy.compare(models));
    }
}
