package dev.assay.report;

import static j2html.TagCreator.code;
import static j2html.TagCreator.dd;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.each;
import static j2html.TagCreator.li;
import static j2html.TagCreator.ol;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;

import dev.assay.audit.AuditResult;
import dev.assay.audit.Finding;
import j2html.tags.DomContent;
import java.util.TreeMap;

/** Everything reportable, most severe first, each with its figures. */
final class FindingsSection implements Section {
    @Override
    public String id() {
        return "findings";
    }

    @Override
    public String title() {
        return "Findings";
    }

    @Override
    public DomContent body(AuditResult result) {
        return each(
                p(Explanations.of("findings")).withClass("lead"),
                result.findings().isEmpty()
                        ? p("There are no findings.")
                        : ol(each(result.findings(), FindingsSection::finding)).withClass("findings"));
    }

    private static DomContent finding(Finding finding) {
        return li(
                p(
                                Look.of(finding.severity()).badge(),
                                finding.deployment() == null ? span("all deployments") : code(finding.deployment()),
                                span(finding.id()).withClass("id"))
                        .withClass("about"),
                p(Figures.unbroken(finding.message())).withClass("message"),
                dl(each(
                                new TreeMap<>(finding.evidence()),
                                (name, value) -> div(dt(Figures.words(name)), dd(Figures.number(value)))))
                        .withClass("evidence"));
    }
}
