package dev.assay.report;

import static j2html.TagCreator.code;
import static j2html.TagCreator.dd;
import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.each;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.li;
import static j2html.TagCreator.ol;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.summary;

import dev.assay.audit.AuditResult;
import dev.assay.audit.Finding;
import j2html.tags.DomContent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Everything reportable, most severe first, each with its figures; one item for what is found on several deployments. */
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
        Map<List<Object>, List<Finding>> alike = result.findings().stream()
                .collect(Collectors.groupingBy(
                        finding -> List.of(finding.severity(), finding.id()), LinkedHashMap::new, Collectors.toList()));
        return each(
                p(Explanations.of("findings")).withClass("lead"),
                alike.isEmpty()
                        ? p("There are no findings.")
                        : ol(each(alike.values(), FindingsSection::item)).withClass("findings"));
    }

    /** Findings of one sort: the first, and the others on demand. */
    private static DomContent item(List<Finding> alike) {
        Finding first = alike.get(0);
        return li(
                p(
                                Look.of(first.severity()).badge(),
                                place(first),
                                span(first.id()).withClass("id"))
                        .withClass("about"),
                figures(first),
                iff(alike.size() > 1, more(alike.subList(1, alike.size()))));
    }

    private static DomContent more(List<Finding> others) {
        String places = others.stream().map(FindingsSection::name).distinct().collect(Collectors.joining(", "));
        return details(
                summary("%d more, on %s".formatted(others.size(), places)),
                each(others, other -> div(p(place(other)), figures(other)).withClass("alike")));
    }

    private static DomContent place(Finding finding) {
        return finding.deployment() == null ? span(name(finding)) : code(name(finding));
    }

    private static String name(Finding finding) {
        return Objects.requireNonNullElse(finding.deployment(), "all deployments");
    }

    private static DomContent figures(Finding finding) {
        return each(
                p(Figures.unbroken(finding.message())).withClass("message"),
                dl(each(
                                new TreeMap<>(finding.evidence()),
                                (name, value) -> div(dt(Figures.words(name)), dd(Figures.number(value)))))
                        .withClass("evidence"));
    }
}
