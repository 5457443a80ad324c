package dev.assay.defense;

import java.util.function.Predicate;

/** What a defense may need beyond a deployment and clean images. */
public enum Need {
    /** A way to the gradient of the deployment, which the audit finds by itself. */
    GRADIENT(suspect -> suspect.gradient() != null, "let the gradient be measured"),
    /** Images that may carry a trigger, the best that {@link JudgedOrigin} names. */
    INPUTS_TO_JUDGE(
            suspect -> JudgedOrigin.of(suspect).isPresent(),
            "pass --training-data or --trigger, or let neural-cleanse invert triggers first"),
    /** A trigger to look for. */
    TRIGGER(
            suspect -> suspect.trigger() != null || !suspect.inverted().isEmpty(),
            "pass --trigger, or let neural-cleanse invert triggers first");

    private final Predicate<Suspect> met;
    private final String remedy;

    Need(Predicate<Suspect> met, String remedy) {
        this.met = met;
        this.remedy = remedy;
    }

    boolean isMetBy(Suspect suspect) {
        return met.test(suspect);
    }

    /** What to pass on the command line. */
    public String remedy() {
        return remedy;
    }
}
