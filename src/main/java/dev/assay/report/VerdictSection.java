package dev.assay.report;

import static j2html.TagCreator.dd;
import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.text;
import static j2html.TagCreator.ul;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Verdict;
import dev.assay.audit.Severity;
import dev.assay.defense.Decision;
import j2html.tags.DomContent;
import java.util.List;
import java.util.Locale;

/** The conclusion, why, what to do next, and the size of what was looked at. */
final class VerdictSection implements Section {
    private static final int MOST_REASONS = 8;

    @Override
    public String id() {
        return "verdict";
    }

    @Override
    public String title() {
        return "Verdict";
    }

    @Override
    public DomContent body(AuditResult result) {
        Verdict verdict = result.verdict();
        Look look = Look.of(verdict);
        return div(
                        p(
                                        span(look.symbol()).withClass("symbol").attr("aria-hidden", "true"),
                                        span(sentenceCase(look.word())))
                                .withClass("decision"),
                        verdict.headline() == null
                                ? null
                                : p(verdict.headline()).withClass("headline"),
                        reasons(verdict.reasons()),
                        h3("What to do next"),
                        p(Explanations.of(nextStep(verdict))),
                        facts(result))
                .withClasses("verdict", look.tone().cssClass());
    }

    /** The first reasons, and the others on demand: the findings below say the same of each deployment. */
    private static DomContent reasons(List<String> reasons) {
        int shown = reasons.size() <= MOST_REASONS + 1 ? reasons.size() : MOST_REASONS;
        List<String> others = reasons.subList(shown, reasons.size());
        return each(
                list(reasons.subList(0, shown)),
                iff(!others.isEmpty(), details(summary("%d more reasons".formatted(others.size())), list(others))));
    }

    private static DomContent list(List<String> reasons) {
        return ul(each(reasons, reason -> li(Figures.unbroken(reason)))).withClass("reasons");
    }

    private static String nextStep(Verdict verdict) {
        return verdict.decision() == Decision.NOT_DETECTED && verdict.exitCode() != 0
                ? "next-findings"
                : "next-" + verdict.decision().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static DomContent facts(AuditResult result) {
        long measured = result.deployments().stream()
                .filter(deployment -> deployment.error() == null)
                .count();
        return dl(
                        fact(
                                "Deployments measured",
                                text(measured + " of " + result.deployments().size())),
                        fact("Findings", findingCounts(result)),
                        fact(
                                "Evaluation images",
                                text(Figures.count(result.data().evaluationImages()))),
                        fact("Exit code", text(String.valueOf(result.verdict().exitCode()))))
                .withClass("facts");
    }

    private static DomContent findingCounts(AuditResult result) {
        return result.findings().isEmpty() ? text("none") : each(result.findingCounts(), VerdictSection::findingCount);
    }

    private static DomContent findingCount(Severity severity, long count) {
        Look look = Look.of(severity);
        return look.badge(count + " " + look.word());
    }

    private static DomContent fact(String name, DomContent value) {
        return div(dt(name), dd(value));
    }

    private static String sentenceCase(String words) {
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
}
