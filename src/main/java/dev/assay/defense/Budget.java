package dev.assay.defense;

import java.util.Locale;

/** How much time defenses may take; what that means to each is in its {@code Config}. */
public enum Budget {
    QUICK,
    STANDARD,
    THOROUGH;

    /** The name on the command line. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    <T> T choose(T quick, T standard, T thorough) {
        return switch (this) {
            case QUICK -> quick;
            case STANDARD -> standard;
            case THOROUGH -> thorough;
        };
    }
}
