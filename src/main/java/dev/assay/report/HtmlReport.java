package dev.assay.report;

import static j2html.TagCreator.code;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.header;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.text;

import dev.assay.audit.AuditResult;
import dev.assay.audit.WholeFile;
import j2html.tags.DomContent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The report for people: one HTML page that needs nothing but itself. */
public final class HtmlReport {
    private static final List<Section> SECTIONS = List.of(
            new VerdictSection(),
            new FindingsSection(),
            new DeploymentsSection(),
            new DefensesSection(),
            new ControlsSection(),
            new GradientSection(),
            new TransferSection(),
            new KernelsSection(),
            new ClassDriftSection(),
            new LayersSection(),
            new FlipsSection(),
            new SaturationSection(),
            new SkipsSection(),
            new ProvenanceSection(),
            new TimingSection());

    private HtmlReport() {}

    /** Returns the page. Equal results give equal pages. */
    public static String render(AuditResult result) {
        return page(result, Look.of(result.verdict()).word(), " audit of a deployed classifier", SECTIONS);
    }

    /** A page on a result: in the browser's bar {@code conclusion} and the model, at the top what sort of page it is. */
    static String page(AuditResult result, String conclusion, String kind, List<Section> sections) {
        List<Page.Part> parts = new ArrayList<>();
        for (Section section : sections) {
            DomContent body = section.body(result);
            if (body != null) {
                parts.add(new Page.Part(section.id(), section.title(), body));
            }
        }
        return new Page(
                        conclusion + ": " + AuditedFile.nameOf(result.model().path()) + " – Assay",
                        pageHeader(result, kind),
                        parts,
                        "Written by Assay %s from audit.json, schema %d.".formatted(result.assay(), result.schema()))
                .render();
    }

    /**
     * Writes the page whole or not at all.
     *
     * @throws dev.assay.OutputException if the file cannot be written
     */
    public static void write(AuditResult result, Path file) {
        WholeFile.write(file, render(result));
    }

    private static DomContent pageHeader(AuditResult result, String kind) {
        return header(
                p(span("Assay").withClass("brand"), text(kind)).withClass("kicker"),
                h1(AuditedFile.nameOf(result.model().path())),
                p(
                                code(result.model().path()),
                                span("sha256 " + result.model().sha256().substring(0, 12)),
                                span(result.timing().started()))
                        .withClass("about"));
    }
}
