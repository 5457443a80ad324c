package dev.assay.report;

import static j2html.TagCreator.a;
import static j2html.TagCreator.body;
import static j2html.TagCreator.code;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.footer;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.head;
import static j2html.TagCreator.header;
import static j2html.TagCreator.html;
import static j2html.TagCreator.li;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.nav;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.script;
import static j2html.TagCreator.span;
import static j2html.TagCreator.style;
import static j2html.TagCreator.text;
import static j2html.TagCreator.title;
import static j2html.TagCreator.ul;

import dev.assay.audit.AuditResult;
import dev.assay.audit.WholeFile;
import j2html.TagCreator;
import j2html.tags.DomContent;
import j2html.tags.specialized.HeadTag;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The report for people: one HTML page that needs nothing but itself. Its content security policy forbids every network
 * request and every script but its own two; all text from the result is escaped.
 */
public final class HtmlReport {
    private static final List<Section> SECTIONS = List.of(
            new VerdictSection(),
            new FindingsSection(),
            new DeploymentsSection(),
            new DefensesSection(),
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

    private static final String CHART_LIBRARY =
            Resources.text("/META-INF/resources/webjars/echarts/5.5.0/echarts.common.min.js");
    private static final String SCRIPT = Resources.text("/dev/assay/report/report.js");
    private static final String STYLE = Resources.text("/dev/assay/report/report.css");

    private HtmlReport() {}

    /** Returns the page. Equal results give equal pages. */
    public static String render(AuditResult result) {
        List<Drawn> drawn = new ArrayList<>();
        for (Section section : SECTIONS) {
            DomContent body = section.body(result);
            if (body != null) {
                drawn.add(new Drawn(section, body));
            }
        }
        return TagCreator.document(html(
                        pageHead(result),
                        body(
                                a("Skip to the verdict").withHref("#verdict").withClass("skip"),
                                pageHeader(result),
                                div(
                                                nav(ul(each(drawn, Drawn::link)))
                                                        .attr("aria-label", "Sections"),
                                                main(each(drawn, Drawn::section)))
                                        .withClass("page"),
                                footer(p("Written by Assay %s from audit.json, schema %d."
                                        .formatted(result.assay(), result.schema()))),
                                script(rawHtml(CHART_LIBRARY)),
                                script(rawHtml(SCRIPT))))
                .withLang("en"));
    }

    /**
     * Writes the page whole or not at all.
     *
     * @throws dev.assay.InvalidDataException if the file cannot be written
     */
    public static void write(AuditResult result, Path file) {
        WholeFile.write(file, render(result));
    }

    /** A section with its content for one result. */
    private record Drawn(Section kind, DomContent content) {
        DomContent link() {
            return li(a(kind.title()).withHref("#" + kind.id()));
        }

        DomContent section() {
            return TagCreator.section(h2(kind.title()).withId(kind.id() + "-title"), content)
                    .withId(kind.id())
                    .attr("aria-labelledby", kind.id() + "-title");
        }
    }

    private static HeadTag pageHead(AuditResult result) {
        return head(
                meta().withCharset("utf-8"),
                meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                meta().withName("color-scheme").withContent("light dark"),
                meta().attr("http-equiv", "Content-Security-Policy").withContent(contentSecurityPolicy()),
                title(Look.of(result.verdict()).word() + ": "
                        + AuditedFile.nameOf(result.model().path()) + " – Assay"),
                style(rawHtml(STYLE)));
    }

    private static DomContent pageHeader(AuditResult result) {
        return header(
                p(span("Assay").withClass("brand"), text(" audit of a deployed classifier"))
                        .withClass("kicker"),
                h1(AuditedFile.nameOf(result.model().path())),
                p(
                                code(result.model().path()),
                                span("sha256 " + result.model().sha256().substring(0, 12)),
                                span(result.timing().started()))
                        .withClass("about"));
    }

    private static String contentSecurityPolicy() {
        return "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '%s' '%s'"
                .formatted(sourceHash(CHART_LIBRARY), sourceHash(SCRIPT));
    }

    private static String sourceHash(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
