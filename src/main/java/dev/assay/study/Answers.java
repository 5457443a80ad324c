package dev.assay.study;

import static dev.assay.audit.Words.percent;
import static dev.assay.audit.Words.points;

import dev.assay.audit.Judgement;
import dev.assay.defense.Decision;
import dev.assay.defense.NeuralCleanse;
import dev.assay.quant.Scheme;
import dev.assay.study.Claim.Held;
import dev.assay.study.StudiedModel.ClassNorm;
import dev.assay.study.StudiedModel.StudiedDeployment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a model's figures say to the seed study's claims; every word follows from the figures. */
record Answers(StudiedModel model) {
    static final List<Scheme> INT8 = List.of(Scheme.INT8_LINEAR_ONLY, Scheme.INT8_DYNAMIC, Scheme.INT8_STATIC);
    static final List<Scheme> INT4 = List.of(Scheme.INT4_SIMULATED, Scheme.INT4_KERNEL);

    /** What a backdoor may lose of its success in float and still be called alive, where float does not reach the claim. */
    private static final double LOST = 0.05;

    /** Norms that differ by no more than this share of the largest are alike. */
    private static final double ALIKE = 0.01;

    /** From this share of the reported loss of accuracy on, a loss is one of its size. */
    private static final double SAME_SIZE = 0.5;

    /** Whether the attack succeeds on all deployments as on a claimed share of images, or as on the float model. */
    Held attackSuccess(double claimed, List<Scheme> schemes) {
        List<StudiedDeployment> all = model.measured(schemes);
        Optional<StudiedDeployment> lowest = all.stream().min(Comparator.comparingDouble(Answers::success));
        Optional<StudiedDeployment> inFloat = inFloat();
        if (lowest.isEmpty() || inFloat.isEmpty()) {
            return Held.notMeasured("no deployment of these, or no float model, could be measured");
        }
        double own = success(inFloat.get());
        double low = success(lowest.get());
        double high = all.stream().mapToDouble(Answers::success).max().orElseThrow();
        String measured = "%s to %s, float %s".formatted(percent(low), percent(high), percent(own));
        if (low >= claimed) {
            return Held.of(true, measured, "it succeeds as often as reported on " + names(all));
        }
        String most = low < own
                ? "what is lost at most is %s, on %s"
                        .formatted(points(own - low), lowest.get().scheme())
                : "nothing of that is lost";
        return own < claimed
                ? Held.of(own - low <= LOST, measured, "less than reported in float already; " + most)
                : Held.of(false, measured, "as reported in float; " + most);
    }

    /** Whether no defense detects anything. */
    Held detections(List<Scheme> schemes) {
        List<StudiedDeployment> all = model.measured(schemes);
        if (all.stream().allMatch(each -> each.outcome().judgements().isEmpty())) {
            return Held.notMeasured("no defense judged any of these deployments");
        }
        String measured = all.stream()
                .map(each -> "%s: %s".formatted(each.scheme(), detectedOf(each)))
                .collect(Collectors.joining(", "));
        Map<String, List<String>> seen = detecting(all);
        return Held.of(
                seen.isEmpty(),
                measured,
                "float: %s; %s"
                        .formatted(
                                inFloat().map(Answers::detectedOf).orElse("not measured"),
                                seen.isEmpty() ? "nothing is detected" : "detected by " + listed(seen)));
    }

    private static String detectedOf(StudiedDeployment deployment) {
        List<Judgement> judgements = deployment.outcome().judgements();
        long detected = judgements.stream()
                .filter(judgement -> judgement.decision() == Decision.DETECTED)
                .count();
        return "%d of %d detect".formatted(detected, judgements.size());
    }

    /** The defenses that detect a backdoor, each with the schemes it does so on. */
    private static Map<String, List<String>> detecting(List<StudiedDeployment> all) {
        Map<String, List<String>> schemes = new TreeMap<>();
        for (StudiedDeployment each : all) {
            each.outcome().judgements().stream()
                    .filter(judgement -> judgement.decision() == Decision.DETECTED)
                    .forEach(judgement -> schemes.computeIfAbsent(judgement.defense(), defense -> new ArrayList<>())
                            .add(each.scheme()));
        }
        return schemes;
    }

    private static String listed(Map<String, List<String>> schemesByDefense) {
        return schemesByDefense.entrySet().stream()
                .map(entry -> "%s on %s".formatted(entry.getKey(), String.join(", ", entry.getValue())))
                .collect(Collectors.joining("; "));
    }

    /** Whether all classes have triggers of one norm where only the linear layers have 8 bits, as in the study. */
    Held norms(double claimed) {
        List<ClassNorm> norms = model.measured(List.of(Scheme.INT8_LINEAR_ONLY)).stream()
                .flatMap(each -> each.norms().stream())
                .sorted(Comparator.comparingDouble(ClassNorm::norm))
                .toList();
        if (norms.isEmpty()) {
            return Held.notMeasured("no trigger was inverted with a gradient; " + withoutGradient(claimed));
        }
        ClassNorm smallest = norms.get(0);
        double largest = norms.get(norms.size() - 1).norm();
        String whose = smallest.targetClass() == model.target()
                ? "the attack's"
                : "not the attack's, which is " + model.target();
        return Held.of(
                largest - smallest.norm() <= ALIKE * largest,
                String.format(Locale.ROOT, "%.1f to %.1f pixels with a gradient", smallest.norm(), largest),
                "%s; with the gradient of int8-linear-only the smallest trigger leads to class %d, %s"
                        .formatted(withoutGradient(claimed), smallest.targetClass(), whose));
    }

    /** What the study's optimizer makes of no gradient, and whether that is what was reported. */
    private String withoutGradient(double claimed) {
        List<Double> norms = model.withoutGradient().norms();
        boolean reported = norms.stream().allMatch(norm -> Math.abs(norm - claimed) < ALIKE * claimed);
        return "without a gradient the study's optimizer gives every class %s, whatever the model: %s"
                .formatted(
                        norms.stream()
                                .distinct()
                                .map(norm -> String.format(Locale.ROOT, "%.4f", norm))
                                .collect(Collectors.joining(" or ")),
                        reported ? "the reported figure" : "another figure than reported");
    }

    /** Whether rounding weights to 16 levels costs about as much accuracy as claimed. */
    Held accuracyLost(double claimed) {
        Optional<StudiedDeployment> inFloat = inFloat();
        List<StudiedDeployment> fourBit = model.measured(INT4);
        Optional<StudiedDeployment> simulated = simulated();
        if (inFloat.isEmpty() || simulated.isEmpty()) {
            return Held.notMeasured("the float model or int4-simulated could not be measured");
        }
        double own = inFloat.get().outcome().accuracy();
        double lost = own - simulated.get().outcome().accuracy();
        String measured = fourBit.stream()
                .map(each -> "%s on %s".formatted(percent(each.outcome().accuracy()), each.scheme()))
                .collect(Collectors.joining(", ", "", ", float " + percent(own)));
        return Held.of(
                lost >= SAME_SIZE * claimed,
                measured,
                String.format(
                        Locale.ROOT,
                        "rounded with one scale a tensor, as in the study, accuracy changes by %+.1f points; reported: %+.1f",
                        -100 * lost,
                        -100 * claimed));
    }

    /** Whether Neural Cleanse detects the backdoor, or does not, where weights are rounded to 16 levels. */
    Held cleanse(boolean detects) {
        Optional<Judgement> simulated = simulated()
                .flatMap(Answers::ofCleanse)
                .filter(judgement ->
                        judgement.decision() != Decision.ERROR && judgement.decision() != Decision.NOT_APPLICABLE);
        if (simulated.isEmpty()) {
            return Held.notMeasured("Neural Cleanse did not judge int4-simulated");
        }
        String measured = model.measured(INT4).stream()
                .flatMap(each -> ofCleanse(each).stream()
                        .map(judgement -> "%s on %s".formatted(words(judgement.decision()), each.scheme())))
                .collect(Collectors.joining(", "));
        boolean detected = simulated.get().decision() == Decision.DETECTED;
        String inFloat = inFloat()
                .flatMap(Answers::ofCleanse)
                .map(judgement -> words(judgement.decision()))
                .orElse("not judged");
        return Held.of(
                detected == detects,
                measured,
                "float: %s; int4-simulated: %s"
                        .formatted(inFloat, simulated.get().reason()));
    }

    private static Optional<Judgement> ofCleanse(StudiedDeployment deployment) {
        return deployment.outcome().judgements().stream()
                .filter(judgement -> judgement.defense().equals(NeuralCleanse.ID))
                .findFirst();
    }

    private Optional<StudiedDeployment> inFloat() {
        return model.measured(List.of(Scheme.FP32)).stream().findFirst();
    }

    /** Weights rounded to 16 levels with one scale a tensor: the study's own INT4. */
    private Optional<StudiedDeployment> simulated() {
        return model.measured(List.of(Scheme.INT4_SIMULATED)).stream().findFirst();
    }

    private static double success(StudiedDeployment deployment) {
        return deployment.outcome().attackSuccessRate();
    }

    private static String names(List<StudiedDeployment> deployments) {
        return deployments.stream().map(StudiedDeployment::scheme).collect(Collectors.joining(", "));
    }

    private static String words(Decision decision) {
        return decision.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
