package dev.assay.audit;

import java.util.List;
import java.util.Map;

/** A quantized model without a float model beside it: drift is measured against its own simulation. */
final class ReferenceIsSimulationCheck implements Check {
    private static final String ID = "reference-is-simulation";

    @Override
    public List<Finding> run(CheckContext context) {
        return context.comparesWithItself()
                ? List.of(new Finding(
                        ID,
                        Severity.INFO,
                        null,
                        "The model is quantized already and no float model was given, so deployments are compared with the"
                                + " same model at optimization level none. Pass --reference to see what quantizing cost.",
                        Map.of()))
                : List.of();
    }
}
