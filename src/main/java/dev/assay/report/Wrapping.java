package dev.assay.report;

/** Text for a terminal, broken into lines. */
final class Wrapping {
    /** Longest line. */
    static final int WIDTH = 100;

    private static final int DEEPEST_INDENT = 14;

    private Wrapping() {}

    /** The text in lines of at most {@link #WIDTH}, the first after {@code lead}, the others indented beneath it. */
    static String wrapped(String lead, String text) {
        String hanging = " ".repeat(lead.length() <= DEEPEST_INDENT ? lead.length() : 4);
        String unbroken = text.replaceAll("\\s+", " ").strip();
        String lines = unbroken.replaceAll("(.{1,%d})(?: |$)".formatted(WIDTH - lead.length()), "$1\n");
        return lead + lines.strip().replace("\n", "\n" + hanging) + "\n";
    }
}
