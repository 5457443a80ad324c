package dev.assay.defense;

import java.util.List;
import java.util.stream.Collectors;

/** The defenses there are. */
public final class Defenses {
    private Defenses() {}

    /** All of them, each with what the budget grants it. */
    public static List<Defense> of(Budget budget) {
        FeatureSurveys surveys = new FeatureSurveys();
        return List.of(
                new NeuralCleanse(budget.choose(
                        NeuralCleanse.Config.QUICK, NeuralCleanse.Config.DEFAULTS, NeuralCleanse.Config.THOROUGH)),
                new ActivationClustering(
                        budget.choose(
                                ActivationClustering.Config.QUICK,
                                ActivationClustering.Config.DEFAULTS,
                                ActivationClustering.Config.THOROUGH),
                        surveys),
                new SpectralSignatures(
                        budget.choose(
                                SpectralSignatures.Config.QUICK,
                                SpectralSignatures.Config.DEFAULTS,
                                SpectralSignatures.Config.THOROUGH),
                        surveys),
                new Strip(budget.choose(Strip.Config.QUICK, Strip.Config.STANDARD, Strip.Config.THOROUGH)),
                new FinePruning(budget.choose(
                        FinePruning.Config.QUICK, FinePruning.Config.DEFAULTS, FinePruning.Config.THOROUGH)));
    }

    /** Runs a defense, or says what to pass where something it needs is not given. */
    public static DefenseResult inspect(Defense defense, Suspect suspect) {
        String missing = defense.needs().stream()
                .filter(need -> !need.isMetBy(suspect))
                .map(Need::remedy)
                .sorted()
                .collect(Collectors.joining("; "));
        return missing.isEmpty() ? defense.inspect(suspect) : DefenseResult.notApplicable(defense.id(), missing);
    }
}
