package dev.assay.report;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A deployment with one of its measurements.
 *
 * @param deployment the deployment
 * @param value the measurement
 * @param <T> what was measured
 */
record Measured<T>(Deployment deployment, T value) {
    /** Returns the deployments that have the measurement, in the order of the result. */
    static <T> List<Measured<T>> of(AuditResult result, Function<Deployment, T> measurement) {
        return result.deployments().stream()
                .flatMap(deployment -> Stream.ofNullable(measurement.apply(deployment))
                        .map(value -> new Measured<>(deployment, value)))
                .toList();
    }

    String id() {
        return deployment.id();
    }
}
