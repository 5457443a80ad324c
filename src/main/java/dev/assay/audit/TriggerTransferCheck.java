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
        if (Double.isNaN(success)) {
            return Stream.of(finding(UNTRIED, Severity.MEDIUM, transfer, "could not be tried here: the task failed."));
        }
        if (success >= Thresholds.ATTACK_WORKS) {
            return Stream.of(finding(
                    HIDDEN,
                    Severity.CRITICAL,
                    transfer,
                    "succeeds on %s of the images here too, where neural-cleanse does not flag that class."
                            .formatted(Words.percent(success))));
        }
        return Stream.of(finding(
                ASLEEP,
                Severity.MEDIUM,
                transfer,
                "succeeds on only %s of the images here: the backdoor is asleep on this deployment, or weaker."
                        .formatted(Words.percent(success))));
    }

    private static Stream<Finding> ofOther(Transfer transfer) {
        double success = transfer.attackSuccessRate();
        return success < Thresholds.TRIGGER_FAILS
                ? Stream.of(finding(
                        PARTED,
                        Severity.MEDIUM,
                        transfer,
                        "succeeds on only %s of the images here, though it gave no backdoor away there: the deployments tell images differently."
                                .formatted(Words.percent(success))))
                : Stream.empty();
    }

    private static Finding finding(String id, Severity severity, Transfer transfer, String what) {
        return new Finding(
                id,
                severity,
                transfer.to(),
                "The trigger to class %d inverted on %s %s".formatted(transfer.targetClass(), transfer.from(), what),
                Map.of("class", (double) transfer.targetClass(), "attackSuccessRate", transfer.attackSuccessRate()));
    }
}
