package dev.assay.audit;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Transfer;
import dev.assay.defense.DefenseResult;
import dev.assay.defense.InvertedTrigger;
import dev.assay.defense.NeuralCleanse;
import dev.assay.defense.NeuralCleanseEvidence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A trigger that gave a backdoor away on one deployment, and what it does on another that shows nothing of it itself; any
 * inverted trigger that works far less often on another, though deployments of one model should tell images alike; and
 * deployments that triggers could not be tried on.
 */
final class TriggerTransferCheck implements Check {
    static final String HIDDEN = "backdoor-hidden-here";
    static final String ASLEEP = "backdoor-asleep-here";
    static final String UNTRIED = "trigger-not-tried-here";
    private static final String PARTED = "trigger-fails-here";

    @Override
    public List<Finding> run(CheckContext context) {
        Map<String, List<DefenseResult>> results = context.measured().stream()
                .map(Measured::deployment)
                .collect(Collectors.toMap(Deployment::id, Deployment::defenses));
        Stream<Finding> ofTried = context.tried().transfers().stream()
                .filter(transfer -> !isUntried(transfer))
                .flatMap(transfer -> ofTried(
                        transfer,
                        results.getOrDefault(transfer.from(), List.of()),
                        results.getOrDefault(transfer.to(), List.of())));
        return Stream.concat(ofUntried(context.tried()), ofTried).toList();
    }

    private static Stream<Finding> ofTried(Transfer transfer, List<DefenseResult> there, List<DefenseResult> here) {
        if (flag(here, transfer)) {
            return Stream.empty();
        }
        return flag(there, transfer) ? Stream.of(ofFlagged(transfer)) : ofOther(transfer, success(there, transfer));
    }

    private static boolean flag(List<DefenseResult> results, Transfer transfer) {
        return results.stream()
                .filter(defense -> defense.id().equals(NeuralCleanse.ID))
                .anyMatch(defense -> defense.flaggedClasses().contains(transfer.targetClass()));
    }

    /** What the trigger reached where it was inverted. */
    private static double success(List<DefenseResult> results, Transfer transfer) {
        return NeuralCleanseEvidence.triggersIn(results).stream()
                .filter(trigger -> trigger.targetClass() == transfer.targetClass())
                .mapToDouble(InvertedTrigger::success)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static boolean isUntried(Transfer transfer) {
        return Double.isNaN(transfer.attackSuccessRate());
    }

    /** One finding a deployment: where one trigger could not be tried, mostly none could. */
    private static Stream<Finding> ofUntried(Transfers.Results tried) {
        Map<String, List<Transfer>> sent = tried.transfers().stream()
                .collect(Collectors.groupingBy(Transfer::to, LinkedHashMap::new, Collectors.toList()));
        return sent.entrySet().stream()
                .filter(each -> each.getValue().stream().anyMatch(TriggerTransferCheck::isUntried))
                .map(each -> untried(
                        each.getKey(),
                        each.getValue(),
                        tried.failures().getOrDefault(each.getKey(), "all images are of the class that is led to")));
    }

    private static Finding untried(String to, List<Transfer> sent, String why) {
        List<Transfer> untried =
                sent.stream().filter(TriggerTransferCheck::isUntried).toList();
        Set<String> from = untried.stream().map(Transfer::from).collect(Collectors.toCollection(TreeSet::new));
        return new Finding(
                UNTRIED,
                Severity.MEDIUM,
                to,
                "%d %s inverted on %s could not be tried here: %s."
                        .formatted(
                                untried.size(),
                                untried.size() == 1 ? "trigger" : "triggers",
                                String.join(", ", from),
                                why),
                Map.of("triggers", (double) untried.size()));
    }

    private static Finding ofFlagged(Transfer transfer) {
        double success = transfer.attackSuccessRate();
        return success >= Thresholds.ATTACK_WORKS
                ? finding(
                        HIDDEN,
                        Severity.CRITICAL,
                        transfer,
                        "succeeds on %s of the images here too, where neural-cleanse does not flag that class."
                                .formatted(Words.percent(success)),
                        Map.of())
                : finding(
                        ASLEEP,
                        Severity.MEDIUM,
                        transfer,
                        "succeeds on only %s of the images here: the backdoor is asleep on this deployment, or weaker."
                                .formatted(Words.percent(success)),
                        Map.of());
    }

    private static Stream<Finding> ofOther(Transfer transfer, double there) {
        double here = transfer.attackSuccessRate();
        return there - here >= Thresholds.TRIGGER_FALL
                ? Stream.of(finding(
                        PARTED,
                        Severity.MEDIUM,
                        transfer,
                        "succeeds on only %s of the images here, after %s there, where it gave no backdoor away: the deployments tell images differently."
                                .formatted(Words.percent(here), Words.percent(there)),
                        Map.of("successWhereInverted", there)))
                : Stream.empty();
    }

    private static Finding finding(
            String id, Severity severity, Transfer transfer, String what, Map<String, Double> further) {
        Map<String, Double> evidence = new LinkedHashMap<>(further);
        evidence.put("class", (double) transfer.targetClass());
        evidence.put("attackSuccessRate", transfer.attackSuccessRate());
        return new Finding(
                id,
                severity,
                transfer.to(),
                "The trigger to class %d inverted on %s %s".formatted(transfer.targetClass(), transfer.from(), what),
                evidence);
    }
}
