package dev.assay.audit;

import java.util.List;
import java.util.Map;

/** A scheme that cannot be applied to the model. */
final class SchemeNotApplicableCheck implements Check {
    static final String ID = "scheme-not-applicable";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.each(
                Measured.Status.NOT_APPLICABLE,
                deployment -> new Finding(
                        ID,
                        Severity.LOW,
                        deployment.id(),
                        "There is no such artifact of this model: " + deployment.error(),
                        Map.of()));
    }
}
