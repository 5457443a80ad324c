package dev.assay.study;

/**
 * A figure of the seed study beside what was measured here.
 *
 * @param model the one it was measured on; empty where there was none to measure it on
 * @param claim what the study says
 * @param reported its figure
 * @param measured the figures here
 * @param answer whether they agree
 * @param why in words
 */
public record Comparison(String model, String claim, String reported, String measured, Answer answer, String why) {
    /** Whether measured figures agree with what is claimed. */
    public enum Answer {
        AGREES,
        DIFFERS,
        /** Nothing here says either. */
        NOT_MEASURED
    }
}
