package dev.assay.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.List;
import java.util.function.Function;

/** Tables for the terminal: a line beneath the headers, nothing else. */
final class TextTable {
    private TextTable() {}

    static <R> String render(List<ColumnData<R>> columns, List<R> rows) {
        return AsciiTable.builder()
                .border(SummaryTable.headerLineOnly())
                .lineSeparator("\n")
                .data(rows, columns)
                .asString()
                .replaceAll("(?m) +$", "");
    }

    static <R> ColumnData<R> words(String header, Function<R, String> words) {
        return aligned(header, HorizontalAlign.LEFT, words);
    }

    static <R> ColumnData<R> figure(String header, Function<R, String> figure) {
        return aligned(header, HorizontalAlign.RIGHT, figure);
    }

    private static <R> ColumnData<R> aligned(String header, HorizontalAlign align, Function<R, String> text) {
        return new Column().header(header).headerAlign(align).dataAlign(align).with(text);
    }
}
