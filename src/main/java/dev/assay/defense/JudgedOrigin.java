package dev.assay.defense;

import java.util.Optional;

/** Where images that may carry a trigger come from, best first. */
public enum JudgedOrigin {
    /** Training images, with their labels. */
    TRAINING("training images"),
    /** Clean images, some of them stamped with the trigger that is known. */
    KNOWN_TRIGGER("clean images stamped with the given trigger"),
    /** Clean images, some of them stamped with triggers inverted on the deployment itself. */
    INVERTED_TRIGGERS("clean images stamped with the triggers that Neural Cleanse inverted");

    private final String words;

    JudgedOrigin(String words) {
        this.words = words;
    }

    /** What is judged, in words. */
    public String words() {
        return words;
    }

    /** Whether what these images do that clean ones do not is a backdoor's doing; inverted triggers do much by themselves. */
    boolean provesBackdoor() {
        return this != INVERTED_TRIGGERS;
    }

    /** The best there is; empty where there is none. */
    static Optional<JudgedOrigin> of(Suspect suspect) {
        if (suspect.training() != null) {
            return Optional.of(TRAINING);
        }
        if (suspect.trigger() != null) {
            return Optional.of(KNOWN_TRIGGER);
        }
        return suspect.inverted().isEmpty() ? Optional.empty() : Optional.of(INVERTED_TRIGGERS);
    }
}
