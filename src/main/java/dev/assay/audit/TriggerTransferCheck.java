package dev.assay.audit;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Transfer;
import dev.assay.defense.NeuralCleanse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A trigger that gave a backdoor away on one deployment, and what it does on another that shows nothing of it itself; and
 * any inverted trigger that does nothing on another, though deployments of one model should tell images alike.
 */
final class TriggerTransferCheck implements Check {
    static final String HIDDEN = "backdoor-hidden-here";
    static final String ASLEEP = "backdoor-asleep-here";
    private static final String UNTRIED = "trigger-not-tried-here";
    private static final String PARTED = "trigger-fails-here";

    @Override
    public List<Finding> run(CheckContext context) {
        Map<String, Set<Integer>> flagged = context.measured().stream()
                .map(Measured::deployment)
                .collect(Collectors.toMap(Deployment::id, TriggerTransferCheck::flagged));
        return context.transfers().stream()
                .filter(transfer ->
                        !flagged.getOrDefault(transfer.to(), Set.of()).contains(transfer.targetClass()))
                .flatMap(transfer ->
                        flagged.getOrDefault(transfer.from(), Set.of()).contains(transfer.targetClass())
                                ? ofFlagged(transfer)
                                : ofOther(transfer))
                .toList();
    }

    private static Set<Integer> flagged(Deployment deployment) {
        return deployment.defenses().stream()
                .filter(defense -> defense.id().equals(NeuralCleanse.ID))
                .flatMap(defense -> defense.flaggedClasses().stream())
                .collect(Collectors.toSet());
    }

    private static Stream<Finding> ofFlagged(Transfer transfer) {
        double success = transfer.attackSuccessRate();
        String trigger = trigger(transfer);
        if (Double.isNaN(success)) {
            return Stream.of(new Finding(
                    UNTRIED,
                    Severity.MEDIUM,
                    transfer.to(),
                    trigger + " could not be tried here: the task failed.",
                    evidence(transfer)));
        }
        if (success >= Thresholds.ATTACK_WORKS) {
            return Stream.of(new Finding(
                    HIDDEN,
                    Severity.CRITICAL,
                    transfer.to(),
                    "%s succeeds on %s of the images here too, where neural-cleanse does not flag that class."
                            .formatted(trigger, Words.percent(success)),
                    evidence(transfer)));
        }
        return Stream.of(new Finding(
                ASLEEP,
                Severity.MEDIUM,
                transfer.to(),
                "%s succeeds on only %s of the images here: the backdoor is asleep on this deployment, or weaker."
                        .formatted(trigger, Words.percent(success)),
                evidence(transfer)));
    }

    private static Stream<Finding> ofOther(Transfer transfer) {
        double success = transfer.attackSuccessRate();
        return success < Thresholds.TRIGGER_FAILS
                ? Stream.of(new Finding(
                        PARTED,
                        Severity.MEDIUM,
                        transfer.to(),
                        "%s, where neural-cleanse does not flag that class, succeeds on only %s of the images here: the deployments tell images differently."
                                .formatted(trigger(transfer), Words.percent(success)),
                        evidence(transfer)))
                : Stream.empty();
    }

    private static String trigger(Transfer transfer) {
        return "The trigger to class %d inverted on %s".formatted(transfer.targetClass(), transfer.from());
    }

    private static Map<String, Double> evidence(Transfer transfer) {
        return Map.of("class", (double) transfer.targetClass(), "attackSuccessRate", transfer.attackSuccessRate());
    }
}
