package dev.assay.audit;

import java.util.Locale;

/** Figures in sentences, the same in every locale. */
public final class Words {
    private Words() {}

    /** A share as {@code 12.3 %}. */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** A difference of shares as {@code 12.3 points}, without its sign. */
    public static String points(double difference) {
        return String.format(Locale.ROOT, "%.1f points", 100 * Math.abs(difference));
    }
}
