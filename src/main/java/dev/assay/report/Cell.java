package dev.assay.report;

import static j2html.TagCreator.code;
import static j2html.TagCreator.text;

import j2html.tags.DomContent;
import org.jspecify.annotations.Nullable;

/**
 * One cell of a {@link DataTable}.
 *
 * @param content what it shows
 * @param sortKey what it is sorted by
 * @param numeric whether it holds a figure, which stands right and sorts by size
 */
record Cell(DomContent content, String sortKey, boolean numeric) {
    static Cell of(String words) {
        return new Cell(text(words), words, false);
    }

    /** Words that are a name in the model or in a file. */
    static Cell name(String name) {
        return new Cell(code(name), name, false);
    }

    static Cell of(Look look) {
        return new Cell(look.badge(), look.word(), false);
    }

    /** A figure, shown as {@code shown}; NaN sorts last. */
    static Cell figure(String shown, double value) {
        return new Cell(text(shown), Figures.isUndefined(value) ? "" : String.valueOf(value), true);
    }

    static Cell percent(@Nullable Double share) {
        double value = Figures.orNaN(share);
        return figure(Figures.percent(value), value);
    }

    static Cell points(double difference) {
        return figure(Figures.points(difference), difference);
    }

    static Cell number(double value) {
        return figure(Figures.number(value), value);
    }

    /** A figure with one decimal. */
    static Cell tenths(double value) {
        return figure(Figures.tenths(value), value);
    }

    static Cell bytes(long bytes) {
        return figure(Figures.bytes(bytes), (double) bytes);
    }

    static Cell scaled(long count) {
        return figure(Figures.scaled(count), (double) count);
    }

    /** A cell of a column of figures where none was measured. */
    static Cell none() {
        return figure(Figures.NONE, Double.NaN);
    }
}
