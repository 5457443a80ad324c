package dev.assay.audit;

import java.util.List;
import java.util.Map;

/** A deployment whose answers are not numbers. */
final class NanOutputCheck implements Check {
    private static final String ID = "nan-output";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.each(
                Measured.Status.NOT_FINITE,
                deployment -> new Finding(
                        ID,
                        Severity.CRITICAL,
                        deployment.id(),
                        "This deployment gives scores that are no numbers: " + deployment.error(),
                        Map.of()));
    }
}
