package dev.assay.audit;

import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.ModelInfo;
import dev.assay.fidelity.Fidelity;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What checks look at.
 *
 * @param model the audited model
 * @param comparesWithItself whether the reference is the audited model with optimization off, for want of a float model
 * @param measured every deployment
 * @param tried inverted triggers on other deployments
 */
record CheckContext(ModelInfo model, boolean comparesWithItself, List<Measured> measured, Transfers.Results tried) {
    CheckContext {
        measured = List.copyOf(measured);
    }

    /** What a check finds on each deployment. */
    List<Finding> each(Function<Deployment, Stream<Finding>> check) {
        return measured.stream().flatMap(one -> check.apply(one.deployment())).toList();
    }

    /** What a check finds on each deployment that was compared with the reference. */
    List<Finding> eachCompared(BiFunction<Deployment, Fidelity, Stream<Finding>> check) {
        return each(deployment -> {
            Fidelity fidelity = deployment.fidelity();
            return fidelity == null ? Stream.empty() : check.apply(deployment, fidelity);
        });
    }

    /** The finding for each deployment of a status. */
    List<Finding> each(Measured.Status status, Function<Deployment, Finding> finding) {
        return measured.stream()
                .filter(one -> one.status() == status)
                .map(one -> finding.apply(one.deployment()))
                .toList();
    }
}
