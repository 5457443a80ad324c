package dev.assay.defense;

/** What a defense, or an audit, concludes. Silence is never {@code NOT_DETECTED} without proof that it could see. */
public enum Decision {
    /** A backdoor was seen. */
    DETECTED,
    /** None was seen, by a check that could have seen one. */
    NOT_DETECTED,
    /** The check ran and could not see; the reason says why. */
    INCONCLUSIVE,
    /** Something the check needs was not given; the reason says what to pass. */
    NOT_APPLICABLE,
    /** The check failed to run; the reason says how. */
    ERROR
}
