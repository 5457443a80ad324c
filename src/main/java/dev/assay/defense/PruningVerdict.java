package dev.assay.defense;

import dev.assay.defense.FinePruningEvidence.Point;
import dev.assay.defense.FinePruningEvidence.PrunedTrigger;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@link FinePruning} concludes from its figures. */
record PruningVerdict(FinePruning.Config config, FinePruningEvidence evidence) {
    DefenseResult result() {
        Optional<PrunedTrigger> most = evidence.triggers().stream()
                .filter(trigger -> !Double.isNaN(trigger.excess()))
                .max(Comparator.comparingDouble(PrunedTrigger::excess));
        if (most.isEmpty()) {
            return inconclusive(nothingToCompare());
        }
        if (!evidence.sameOperators()) {
            return inconclusive(
                    "the pruned artifact runs other operators than the artifact, so it is another deployment");
        }
        if (withinTolerance().size() == 1) {
            return inconclusive(String.format(
                    Locale.ROOT,
                    "no channel is dormant: pruning the %d least active of %d takes accuracy from %.1f %% to %.1f %%",
                    last().pruned(),
                    evidence.channels(),
                    100 * start().accuracy(),
                    100 * last().accuracy()));
        }
        PrunedTrigger trigger = most.get();
        boolean detected = trigger.excess() >= config.excess();
        return result(
                detected ? Decision.DETECTED : Decision.NOT_DETECTED,
                detected ? removal(trigger) : survival(trigger),
                trigger.excess());
    }

    private DefenseResult inconclusive(String reason) {
        return result(Decision.INCONCLUSIVE, reason, Double.NaN);
    }

    private DefenseResult result(Decision decision, String reason, double score) {
        List<Integer> flagged = evidence.triggers().stream()
                .filter(trigger -> decision == Decision.DETECTED && trigger.excess() >= config.excess())
                .map(PrunedTrigger::targetClass)
                .distinct()
                .sorted()
                .toList();
        return new DefenseResult(FinePruning.ID, decision, reason, score, config.excess(), flagged, evidence);
    }

    private Point start() {
        return evidence.curve().get(0);
    }

    private Point last() {
        return evidence.curve().get(evidence.curve().size() - 1);
    }

    private List<Point> withinTolerance() {
        return evidence.curve().stream()
                .filter(point -> PruningCurve.isWithin(evidence.tolerance(), start(), point))
                .toList();
    }

    private String nothingToCompare() {
        double best = start().success().stream().mapToDouble(it -> it).max().orElse(0);
        if (best >= config.works()) {
            return "too few clean images of %s are recognised to tell the loss of a trigger from that of its target: pass more with --data"
                    .formatted(evidence.triggers().stream()
                            .map(trigger -> "class " + trigger.targetClass())
                            .distinct()
                            .collect(Collectors.joining(", ")));
        }
        return String.format(
                Locale.ROOT,
                "no trigger works well enough for its removal to show: the best of %d leads %.1f %% of images to its target",
                evidence.triggers().size(),
                100 * best);
    }

    private String removal(PrunedTrigger trigger) {
        int index = evidence.triggers().indexOf(trigger);
        Point point = evidence.curve().stream()
                .filter(it -> it.pruned() == trigger.pruned())
                .findFirst()
                .orElseThrow();
        return String.format(
                Locale.ROOT,
                "without the %d least active of %d channels the %s trigger to class %d succeeds on %.1f %% of images"
                        + " instead of %.1f %%, while the class's own recall goes from %.1f %% to %.1f %% and accuracy from"
                        + " %.1f %% to %.1f %%",
                trigger.pruned(),
                evidence.channels(),
                trigger.known() ? "known" : "inverted",
                trigger.targetClass(),
                100 * point.success().get(index),
                100 * start().success().get(index),
                100 * start().recall().get(index),
                100 * point.recall().get(index),
                100 * start().accuracy(),
                100 * point.accuracy());
    }

    private String survival(PrunedTrigger trigger) {
        return String.format(
                Locale.ROOT,
                "pruning up to %d of %d channels, as many as accuracy allows, takes at most %.1f %% more of a trigger's"
                        + " success than of its target's recall: no trigger hangs on dormant channels",
                withinTolerance().get(withinTolerance().size() - 1).pruned(),
                evidence.channels(),
                100 * trigger.excess());
    }
}
