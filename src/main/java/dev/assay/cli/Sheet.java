package dev.assay.cli;

import dev.assay.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Plain text for people: headings, and values aligned behind their labels, at most 100 columns wide. */
final class Sheet {
    private static final int WIDTH = 100;
    private static final String INDENT = "  ";

    private final StringBuilder text = new StringBuilder();
    private final int labelWidth;

    /** An empty sheet whose labels have up to {@code labelWidth} characters. */
    Sheet(int labelWidth) {
        this.labelWidth = labelWidth;
    }

    /** Starts a section. */
    Sheet heading(String heading) {
        text.append(text.isEmpty() ? "" : "\n").append(Printable.of(heading)).append('\n');
        return this;
    }

    /** One label and its value, which is wrapped where it is too long. */
    Sheet row(String label, String value) {
        String lead = INDENT + pad(Printable.of(label), labelWidth) + INDENT;
        for (String line : wrap(Printable.of(value), WIDTH - lead.length())) {
            text.append((lead + line).stripTrailing()).append('\n');
            lead = " ".repeat(lead.length());
        }
        return this;
    }

    /** One line of a table: a label and numbers set flush right. */
    Sheet numbers(String label, int columnWidth, List<String> numbers) {
        StringBuilder line = new StringBuilder(INDENT).append(pad(Printable.of(label), labelWidth));
        numbers.forEach(number -> line.append(String.format(Locale.ROOT, "%" + columnWidth + "s", number)));
        text.append(line.toString().stripTrailing()).append('\n');
        return this;
    }

    private static String pad(String label, int width) {
        return label + " ".repeat(Math.max(0, width - label.length()));
    }

    /** Breaks at spaces; a word longer than a line is left whole, so that it can be copied. */
    private static List<String> wrap(String value, int width) {
        List<String> lines = new ArrayList<>();
        String rest = value;
        while (rest.length() > width) {
            int before = rest.lastIndexOf(' ', width);
            int end = before > 0 ? before : rest.indexOf(' ', width);
            if (end < 0) {
                break;
            }
            lines.add(rest.substring(0, end));
            rest = rest.substring(end + 1);
        }
        lines.add(rest);
        return lines;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
