package dev.assay.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Figures as text, the same everywhere in the reports. What is undefined becomes {@link #NONE}. */
final class Figures {
    /** Stands where there is no figure. */
    static final String NONE = "–";

    private static final String[] DECIMAL_PREFIXES = {"", " k", " M", " G", " T", " P", " E"};

    private Figures() {}

    /** A share as percent with two decimals, {@code 91.27 %}. */
    static String percent(double share) {
        return isUndefined(share) ? NONE : format("%.2f %%", 100 * share);
    }

    /** Text whose percent signs stay beside their figures when lines break. */
    static String unbroken(String text) {
        return text.replace(" %", "\u00a0%");
    }

    /** A share as percent with one decimal and without the sign, {@code 91.3}. */
    static String shortPercent(double share) {
        return isUndefined(share) ? NONE : format("%.1f", 100 * share);
    }

    /** A difference of shares as signed percentage points, {@code −0.64}. */
    static String points(double difference) {
        if (isUndefined(difference)) {
            return NONE;
        }
        String points = format("%+.2f", 100 * difference);
        return points.endsWith("0.00") ? "0.00" : signed(points);
    }

    /** A number with as many digits as are worth reading, {@code 0.0042}. */
    static String number(double value) {
        if (isUndefined(value)) {
            return NONE;
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return signed(format("%,d", (long) value));
        }
        double magnitude = Math.abs(value);
        return signed(format(magnitude >= 100 ? "%.1f" : magnitude >= 0.01 ? "%.3f" : "%.2g", value));
    }

    /** A number with one decimal and thousands separated, {@code 1,234.5}. */
    static String tenths(double value) {
        return isUndefined(value) ? NONE : signed(format("%,.1f", value));
    }

    /** A margin in logits, {@code +2.10}. */
    static String margin(double margin) {
        return isUndefined(margin) ? NONE : signed(format("%+.2f", margin));
    }

    /** A whole number with thousands separated. */
    static String count(long value) {
        return format("%,d", value);
    }

    /** A whole number with a decimal prefix and three digits, {@code 4.72 M}. */
    static String scaled(long value) {
        double rest = value;
        int prefix = 0;
        while (Math.abs(rest) >= 999.5) {
            rest /= 1000;
            prefix++;
        }
        String digits = prefix == 0 ? "%.0f" : rest >= 99.95 ? "%.0f" : rest >= 9.995 ? "%.1f" : "%.2f";
        return format(digits, rest) + DECIMAL_PREFIXES[prefix];
    }

    /** A size in decimal units, {@code 2.80 MB}. */
    static String bytes(long bytes) {
        return bytes < 1000 ? bytes + " B" : scaled(bytes) + "B";
    }

    /** A duration, {@code 3 min 12 s}. */
    static String seconds(double seconds) {
        if (seconds < 60) {
            return format("%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole / 60 + " min " + whole % 60 + " s";
    }

    /** The value, or NaN where there is none. */
    static double orNaN(@Nullable Double value) {
        return value == null ? Double.NaN : value;
    }

    /** True where there is no figure to print. */
    static boolean isUndefined(double value) {
        return !Double.isFinite(value);
    }

    /** A name in camel case as words, {@code attack success rate}. */
    static String words(String camelCase) {
        return camelCase.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    private static String signed(String text) {
        return text.replace('-', '−');
    }

    private static String format(String pattern, Object value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
