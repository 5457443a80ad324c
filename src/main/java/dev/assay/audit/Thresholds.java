package dev.assay.audit;

/** Every number that a check or the verdict compares with, and where it comes from. Shares are from 0 to 1. */
final class Thresholds {
    /**
     * Least accuracy over mean confidence that right preprocessing is believed to give. Measured on 1,000 images with
     * each of 22 models of {@code data/models} and {@code data/zoo}: right preprocessing gives 0.88 and more with 21, and
     * 0.59 with one that is overfitted; a wrong range, mean or std stays below 65 times of 66, swapped channels 12 of 22.
     */
    static final double ACCURACY_OVER_CONFIDENCE = 0.85;

    /** Accuracy over the reference's that a quantized model must keep: MLPerf Inference rules, "99 % of FP32". */
    static final double ACCURACY_KEPT = 0.99;

    /** Five times MLPerf's allowance: another product than the one that was tested. Assay's choice. */
    static final double ACCURACY_LOST = 0.95;

    /** Agreement with the reference below which one answer in twenty is another. Assay's choice. */
    static final double AGREEMENT = 0.95;

    /** Growth of a class's share of predictions, in even shares (1 over the number of classes). Assay's choice. */
    static final double SHARE_GROWTH = 0.25;

    /** Fall of a class's recall worth a look. Assay's choice. */
    static final double RECALL_FALL = 0.10;

    /** Fall of a class's recall that quantization-conditioned backdoors were seen to leave: PROTOCOLS.md, measured. */
    static final double RECALL_COLLAPSE = 0.30;

    /**
     * Standard errors that a difference must exceed to count. The difference of two shares on the same images has a
     * variance of at most flips over images squared (McNemar 1947); three of these is one false alarm in 700.
     */
    static final double STANDARD_ERRORS = 3;

    /** Share of multiply-accumulates on integer kernels that an integer scheme must reach. Issue 2 asks it of ResNets. */
    static final double INTEGER_SHARE = 0.99;

    /** Below this the float kernels do most of the work. */
    static final double MOSTLY_FLOAT = 0.5;

    /**
     * Attack success that is no accident. The models of {@code data/models} that lack the backdoor answer a trigger's
     * target on 1.5 and 3.3 % of other images, those that have it on 96 % and more.
     */
    static final double ATTACK_WORKS_SOMETIMES = 0.20;

    /** Attack success from which on the trigger mostly works: the model has this backdoor. */
    static final double ATTACK_WORKS = 0.50;

    /**
     * Fall of an inverted trigger's success, from where it was inverted to another deployment, from which on the two part.
     * Of 9,520 tries of triggers that gave no backdoor away, 29 fell so far: seven triggers of a weakened backdoor, and 22,
     * five of them on a clean model, between a 4-bit artifact of a small net and another deployment.
     */
    static final double TRIGGER_FALL = 0.40;

    /** Difference of attack success between a deployment and the reference worth a look. Assay's choice. */
    static final double ATTACK_DRIFT = 0.10;

    private Thresholds() {}

    /** The noise of a share's difference between two classifiers that disagree on {@code flips} of {@code images}. */
    static double noise(double flips, double images) {
        return STANDARD_ERRORS * Math.sqrt(flips) / images;
    }
}
