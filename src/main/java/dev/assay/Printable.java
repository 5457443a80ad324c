package dev.assay;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text from outside, made safe to print. */
public final class Printable {
    /** Control and format characters, which break lines, reorder text or drive a terminal. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private Printable() {}

    /** The text with every control or format character, line ends too, written as {@code \\u000a}. */
    public static String of(String text) {
        return UNPRINTABLE
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(
                        "\\u%04x".formatted(match.group().codePointAt(0))));
    }
}
