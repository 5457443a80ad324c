package dev.assay.audit;

import java.util.List;
import java.util.Map;

/** A deployment that could not be measured. */
final class DeploymentErrorCheck implements Check {
    static final String ID = "deployment-error";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.each(
                Measured.Status.FAILED,
                deployment -> new Finding(
                        ID,
                        Severity.HIGH,
                        deployment.id(),
                        "This deployment could not be measured: " + deployment.error(),
                        Map.of()));
    }
}
