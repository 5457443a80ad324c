package dev.assay.cli;

import java.util.Locale;

/** Numbers as people read them. */
final class Amounts {
    private static final double GIBI = 1L << 30;

    private Amounts() {}

    /** {@code 2,832,280}. */
    static String grouped(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** {@code 7.6 GiB}. */
    static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / GIBI);
    }

    /** {@code 99.2 %}; 0 % of nothing. */
    static String percent(long part, long whole) {
        return String.format(Locale.ROOT, "%.1f %%", whole == 0 ? 0 : 100.0 * part / whole);
    }
}
