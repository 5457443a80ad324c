package dev.assay.audit;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Transfer;
import dev.assay.defense.InvertedTrigger;
import dev.assay.defense.NeuralCleanseEvidence;
import dev.assay.runtime.SessionSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Tries each inverted trigger on every other deployment: a backdoor may sleep on one and be awake on another. */
final class Transfers {
    private final ImagesRef evaluation;
    private final int images;
    private final long seed;
    private final Ledger ledger;

    /**
     * Transfers on one set of images.
     *
     * @param images how many of them to try triggers on, at most
     */
    Transfers(ImagesRef evaluation, int images, long seed, Ledger ledger) {
        this.evaluation = evaluation;
        this.images = images;
        this.seed = seed;
        this.ledger = ledger;
    }

    /** A deployment that was measured, and how to run it again. */
    record Tried(Deployment deployment, Subject artifact, SessionSpec session) {
        List<InvertedTrigger> triggers() {
            return NeuralCleanseEvidence.triggersIn(deployment.defenses());
        }
    }

    /** A trigger and the deployment that it comes from. */
    private record Sent(String from, InvertedTrigger trigger) {}

    /**
     * What trying gave.
     *
     * @param transfers all, by the deployment they go to; with NaN for what a failed task should have found
     * @param failures why the task failed, by the deployment it failed for
     */
    record Results(List<Transfer> transfers, Map<String, String> failures) {
        Results {
            transfers = List.copyOf(transfers);
            failures = Map.copyOf(failures);
        }
    }

    /** Tries the triggers of each deployment on all others. */
    Results of(List<Tried> deployments) {
        List<Transfer> transfers = new ArrayList<>();
        Map<String, String> failures = new LinkedHashMap<>();
        for (Tried to : deployments) {
            List<Sent> sent = deployments.stream()
                    .filter(from ->
                            !from.deployment().id().equals(to.deployment().id()))
                    .flatMap(from -> from.triggers().stream()
                            .map(trigger -> new Sent(from.deployment().id(), trigger)))
                    .toList();
            if (!sent.isEmpty()) {
                transfers.addAll(send(sent, to, failures));
            }
        }
        return new Results(transfers, failures);
    }

    private List<Transfer> send(List<Sent> sent, Tried to, Map<String, String> failures) {
        TransferTask.Request request = new TransferTask.Request(
                to.artifact(),
                to.session(),
                evaluation,
                images,
                sent.stream().map(Sent::trigger).toList(),
                seed);
        String id = to.deployment().id();
        Ledger.Outcome<TransferTask.Result> outcome =
                ledger.run("transfer-" + id.replace('/', '-'), Tasks.TRANSFER, request);
        outcome.failure().ifPresent(failure -> failures.put(id, failure.message()));
        List<Double> rates = outcome.failure().isPresent()
                ? Collections.nCopies(sent.size(), Double.NaN)
                : outcome.orElseThrow().attackSuccessRates();
        return IntStream.range(0, sent.size())
                .mapToObj(i -> new Transfer(
                        sent.get(i).from(), id, sent.get(i).trigger().targetClass(), rates.get(i)))
                .toList();
    }
}
