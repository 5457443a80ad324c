package dev.assay.defense;

import java.util.Set;

/** A backdoor defense. Stateless; everything random follows from the suspect's seed. */
public interface Defense {
    /** Its name in results, kebab-case. */
    String id();

    /** What must be given; {@link Defenses#inspect} sees to it. */
    Set<Need> needs();

    /**
     * Judges a deployment; sessions it opens are closed.
     *
     * @param suspect meets {@link #needs}
     */
    DefenseResult inspect(Suspect suspect);
}
