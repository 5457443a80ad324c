package dev.assay.audit;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Transfer;
import dev.assay.defense.NeuralCleanse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A trigger that gave a backdoor away on one deployment, and what it does on another that shows nothing of it itself. */
final class TriggerTransferCheck implements Check {
    static final String HIDDEN = "backdoor-hidden-here";
    static final String ASLEEP = "backdoor-asleep-here";
    private static final String UNTRIED = "trigger-not-tried-here";

    @Override
    public List<Finding> run(CheckContext context) {
        Map<String, Set<Integer>> flagged = context.measured().stream()
                .map(Measured::deployment)
                .collect(Collectors.toMap(Deployment::id, TriggerTransferCheck::flagged));
        return context.transfers().stream()
                .filter(transfer ->
                        flagged.getOrDefault(transfer.from(), Set.of()).contains(transfer.targetClass()))
                .filter(transfer ->
                        !flagged.getOrDefault(transfer.to(), Set.of()).contains(transfer.targetClass()))
                .flatMap(TriggerTransferCheck::finding)
                .toList();
    }

    private static Set<Integer> flagged(Deployment deployment) {
        return deployment.defenses().stream()
                .filter(defense -> defense.id().equals(NeuralCleanse.ID))
                .flatMap(defense -> defense.flaggedClasses().stream())
                .collect(Collectors.toSet());
    }

    private static Stream<Finding> finding(Transfer transfer) {
        double success = transfer.attackSuccessRate();
        Map<String, Double> evidence = Map.of("class", (double) transfer.targetClass(), "attackSuccessRate", success);
        String trigger = "The trigger to class %d inverted on %s".formatted(transfer.targetClass(), transfer.from());
        if (Double.isNaN(success)) {
            return Stream.of(new Finding(
                    UNTRIED,
                    Severity.MEDIUM,
                    transfer.to(),
                    trigger + " could not be tried here: the task failed.",
                    evidence));
        }
        if (success >= Thresholds.ATTACK_WORKS) {
            return Stream.of(new Finding(
                    HIDDEN,
                    Severity.CRITICAL,
                    transfer.to(),
                    "%s succeeds on %s of the images here too, where neural-cleanse does not flag that class."
                            .formatted(trigger, Words.percent(success)),
                    evidence));
        }
        if (success < Thresholds.ATTACK_WORKS_SOMETIMES) {
            return Stream.of(new Finding(
                    ASLEEP,
                    Severity.MEDIUM,
                    transfer.to(),
                    "%s succeeds on only %s of the images here: the backdoor is asleep on this deployment."
                            .formatted(trigger, Words.percent(success)),
                    evidence));
        }
        return Stream.empty();
    }
}
