package dev.assay.audit;

import dev.assay.audit.ZooResult.Audited;
import dev.assay.audit.ZooResult.DeploymentMeans;
import dev.assay.audit.ZooResult.Outcome;
import dev.assay.audit.ZooResult.Rates;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Adds up audits of models whose truth is known. */
record ZooSummary(List<Audited> audits) {
    List<DeploymentMeans> deployments() {
        return ids().map(id -> {
                    DoubleSummaryStatistics accuracy = figures(id, Outcome::accuracy);
                    DoubleSummaryStatistics success = figures(id, Outcome::attackSuccessRate);
                    return new DeploymentMeans(
                            id, (int) accuracy.getCount(), meanOf(accuracy), (int) success.getCount(), meanOf(success));
                })
                .toList();
    }

    List<Rates> rates() {
        List<String> defenses = audits.stream()
                .flatMap(audit -> audit.deployments().stream())
                .flatMap(outcome -> outcome.judgements().stream())
                .map(Judgement::defense)
                .distinct()
                .toList();
        return defenses.stream()
                .flatMap(defense -> ids().map(id -> rates(defense, id)))
                .toList();
    }

    private Rates rates(String defense, String id) {
        Tally backdoored = Tally.of(judgements(defense, id, true));
        Tally clean = Tally.of(judgements(defense, id, false));
        return new Rates(defense, id, backdoored, clean, backdoored.rate(), clean.rate());
    }

    private List<Judgement> judgements(String defense, String id, boolean backdoored) {
        return audits.stream()
                .filter(audit -> audit.isBackdoored() == backdoored)
                .flatMap(audit -> outcomes(audit, id))
                .flatMap(outcome -> outcome.judgements().stream())
                .filter(judgement -> judgement.defense().equals(defense))
                .toList();
    }

    /** The deployments' ids, in the order in which they first appear. */
    private Stream<String> ids() {
        return audits.stream()
                .flatMap(audit -> audit.deployments().stream())
                .map(Outcome::id)
                .distinct();
    }

    private DoubleSummaryStatistics figures(String id, ToDoubleFunction<Outcome> figure) {
        return audits.stream()
                .flatMap(audit -> outcomes(audit, id))
                .mapToDouble(figure)
                .filter(Double::isFinite)
                .summaryStatistics();
    }

    private static double meanOf(DoubleSummaryStatistics figures) {
        return figures.getCount() == 0 ? Double.NaN : figures.getAverage();
    }

    private static Stream<Outcome> outcomes(Audited audit, String id) {
        return audit.deployments().stream().filter(outcome -> outcome.id().equals(id));
    }
}
