package dev.assay.audit;

import java.util.Comparator;
import java.util.List;

/** The checks of an audit. */
final class Checks {
    private static final List<Check> ALL = List.of(
            new AttackSuccessCheck(),
            new DefenseDetectedCheck(),
            new TriggerTransferCheck(),
            new NanOutputCheck(),
            new DeploymentErrorCheck(),
            new AccuracyBelowConfidenceCheck(),
            new AttackSuccessDriftCheck(),
            new ClassAttractsImagesCheck(),
            new ClassRecallDropCheck(),
            new AccuracyDropCheck(),
            new QuantizedButFloatCheck(),
            new ProviderFallbackCheck(),
            new LowAgreementCheck(),
            new WeightOnlyCheck(),
            new SaturationRiskCheck(),
            new TapsChangeLogitsCheck(),
            new ArtifactSizeCheck(),
            new SchemeNotApplicableCheck(),
            new ReferenceIsSimulationCheck());

    private Checks() {}

    /** What all checks find, most severe first, else in the order of the checks. */
    static List<Finding> run(CheckContext context) {
        return ALL.stream()
                .flatMap(check -> check.run(context).stream())
                .sorted(Comparator.comparing(Finding::severity).reversed())
                .toList();
    }
}
