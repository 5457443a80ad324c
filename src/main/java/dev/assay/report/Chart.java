package dev.assay.report;

import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.script;
import static j2html.TagCreator.summary;

import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A chart as plain data. {@code report.js} draws each {@link Kind} with ECharts; the same figures stand beneath it as a
 * table, for those who cannot see the picture.
 *
 * @param kind how it is drawn
 * @param title what it shows, in a few words
 * @param categoryLabel what the categories are
 * @param valueLabel what the values are, with their unit
 * @param categories the points along the category axis
 * @param series one line or colour each, with one value a category; NaN leaves a gap
 * @param marker a position worth a line across the category axis, or null
 */
record Chart(
        Kind kind,
        String title,
        String categoryLabel,
        String valueLabel,
        List<String> categories,
        List<Series> series,
        @Nullable Marker marker) {

    /** The ways {@code report.js} can draw. */
    enum Kind {
        /** One horizontal bar a category, its series stacked. */
        STACKED_BARS,
        /** One line a series. */
        LINES,
        /** The same over numbers, with the marker across at a category. */
        CURVES,
        /** Adjacent bars, the series on top of each other; categories are the bins' lower bounds. */
        HISTOGRAM,
        /** One point a category and series, where it is not NaN; categories are the points' places on the other axis. */
        SCATTER,
        /** One panel a series, with one horizontal bar a category and the series' lines across. */
        PANELS
    }

    /**
     * The values of one colour, by category.
     *
     * @param lines at values of their own, where the kind draws any
     */
    record Series(String name, List<Double> values, List<Marker> lines) {
        Series(String name, List<Double> values) {
            this(name, values, List.of());
        }
    }

    /** A line across the chart, at a value, or at a position counted in categories from the first one's start. */
    record Marker(String label, double position) {}

    /** One category's values, as a row of the table. */
    private record Row(String category, List<Double> values) {}

    /** Draws the chart with its title as caption. */
    DomContent render() {
        return render(title, title, asTable());
    }

    /** Draws the chart with a caption that says how to read it. */
    DomContent render(String caption) {
        return render(caption, asTable());
    }

    /** Likewise, with a table of its own beneath. */
    DomContent render(String caption, DomContent table) {
        return render(title + ". " + caption, caption, table);
    }

    private DomContent render(String label, String caption, DomContent table) {
        return figure(
                        div().withClasses("plot", kind.name().toLowerCase(Locale.ROOT))
                                .attr("role", "img")
                                .attr("aria-label", label),
                        script(rawHtml(ScriptJson.of(this))).withType("application/json"),
                        figcaption(caption),
                        details(summary("The figures as a table"), table))
                .withClass("chart");
    }

    private DomContent asTable() {
        List<DataTable.Column<Row>> columns = new ArrayList<>();
        columns.add(DataTable.column(categoryLabel, row -> Cell.name(row.category())));
        for (int i = 0; i < series.size(); i++) {
            int index = i;
            columns.add(DataTable.column(
                    series.get(i).name(), row -> Cell.number(row.values().get(index))));
        }
        return new DataTable<>(title + ": " + valueLabel, columns)
                .render(IntStream.range(0, categories.size())
                        .mapToObj(i -> new Row(
                                categories.get(i),
                                series.stream().map(it -> it.values().get(i)).toList()))
                        .toList());
    }
}
