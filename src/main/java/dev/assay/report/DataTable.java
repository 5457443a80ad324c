package dev.assay.report;

import static j2html.TagCreator.button;
import static j2html.TagCreator.caption;
import static j2html.TagCreator.dd;
import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.each;
import static j2html.TagCreator.span;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import j2html.tags.DomContent;
import j2html.tags.specialized.TrTag;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A table with one row a record: sortable by each column, and on a narrow screen one card a row. The first column
 * names the row. Roles are spelled out because CSS that turns rows into cards takes them away.
 *
 * @param title what the table shows, read out by screen readers
 * @param columns from left to right
 * @param <R> what a row shows
 */
record DataTable<R>(String title, List<Column<R>> columns) {
    /**
     * One column.
     *
     * @param header its heading
     * @param explanation what its figures mean, as a tooltip, or null where the heading says it
     * @param cell draws the cell of one row
     */
    record Column<R>(String header, @Nullable String explanation, Function<R, Cell> cell) {}

    static <R> Column<R> column(String header, Function<R, Cell> cell) {
        return new Column<>(header, null, cell);
    }

    /** A column explained by {@code explanations.md} under {@code key}. */
    static <R> Column<R> column(String header, String key, Function<R, Cell> cell) {
        return new Column<>(header, Explanations.of(key), cell);
    }

    DomContent render(List<R> rows) {
        DomContent table = table(
                        caption(title),
                        thead(tr(each(columns, column -> header(column, isNumeric(column, rows))))
                                        .attr("role", "row"))
                                .attr("role", "rowgroup"),
                        tbody(each(rows, this::row)).attr("role", "rowgroup"))
                .attr("role", "table")
                .withClass("data");
        return each(scrollable(title, table), legend());
    }

    /** A box that scrolls sideways, by keyboard too, when its content is wider than the page. */
    static DomContent scrollable(String label, DomContent content) {
        return div(content)
                .withClass("scroll")
                .attr("role", "region")
                .attr("aria-label", label)
                .attr("tabindex", "0");
    }

    private static <R> boolean isNumeric(Column<R> column, List<R> rows) {
        return !rows.isEmpty() && column.cell().apply(rows.get(0)).numeric();
    }

    private static <R> DomContent header(Column<R> column, boolean numeric) {
        return th(button(column.header())
                        .withType("button")
                        .withClass("sort")
                        .condAttr(column.explanation() != null, "title", column.explanation()))
                .attr("role", "columnheader")
                .attr("scope", "col")
                .condAttr(numeric, "class", "figure");
    }

    /** The explanations again, for print, touch and narrow screens, where headings have no tooltip. */
    private @Nullable DomContent legend() {
        List<Column<R>> explained =
                columns.stream().filter(it -> it.explanation() != null).toList();
        return explained.isEmpty()
                ? null
                : details(
                        summary("What the columns mean"),
                        dl(each(explained, it -> each(dt(it.header()), dd(it.explanation()))))
                                .withClass("legend"));
    }

    private TrTag row(R value) {
        TrTag row = tr().attr("role", "row");
        for (int i = 0; i < columns.size(); i++) {
            Column<R> column = columns.get(i);
            Cell cell = column.cell().apply(value);
            row.with(i == 0 ? rowHeader(cell) : dataCell(column.header(), cell));
        }
        return row;
    }

    private static DomContent rowHeader(Cell cell) {
        return th(cell.content()).attr("role", "rowheader").attr("scope", "row").attr("data-sort", cell.sortKey());
    }

    private static DomContent dataCell(String header, Cell cell) {
        return td(span(cell.content()))
                .attr("role", "cell")
                .attr("data-label", header)
                .attr("data-sort", cell.sortKey())
                .condAttr(cell.numeric(), "class", "figure");
    }
}
