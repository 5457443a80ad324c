package dev.assay;

/** The version of Assay, as written into every result. */
public final class Version {
    /** Semantic version. */
    public static final String ASSAY = "0.1.0";

    private Version() {}
}
