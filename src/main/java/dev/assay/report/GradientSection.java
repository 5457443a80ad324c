package dev.assay.report;

import static dev.assay.report.DataTable.column;
import static j2html.TagCreator.code;
import static j2html.TagCreator.each;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.text;
import static j2html.TagCreator.ul;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Gradient;
import dev.assay.report.Look.Tone;
import j2html.tags.DomContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the gradient of each deployment was had, and whether it leads anywhere. */
final class GradientSection implements Section {
    private static final Look TRUSTED = new Look("✓", "trusted", Tone.GOOD);
    private static final Look NOT_TRUSTED = new Look("?", "not trusted", Tone.CAUTION);

    private static final DataTable<Measured<Gradient>> TABLE = new DataTable<>(
            "Health of each gradient",
            List.of(
                    column("Deployment", it -> Cell.name(it.id())),
                    column("Gradient", "gradient-trusted", it -> Cell.of(look(it.value()))),
                    column("Estimator", "estimator", it -> Cell.of(it.value().estimator())),
                    column("Same scores", "bit-identical", it -> Cell.of(scores(it.value()))),
                    column("Zero", "zero-share", it -> Cell.percent(it.value().zeroShare())),
                    column(
                            "Not finite",
                            "not-finite",
                            it -> Cell.number((double) it.value().notFinite())),
                    column(
                            "Cosine",
                            "gradient-cosine",
                            it -> Cell.number(it.value().cosineToFiniteDifference())),
                    column(
                            "Same sign",
                            "sign-agreement",
                            it -> Cell.percent(it.value().signAgreement()))));

    @Override
    public String id() {
        return "gradients";
    }

    @Override
    public String title() {
        return "Health of gradients";
    }

    @Override
    public @Nullable DomContent body(AuditResult result) {
        List<Measured<Gradient>> measured = Measured.of(result, Deployment::gradient);
        return measured.isEmpty()
                ? null
                : each(
                        p(Explanations.of("gradients")).withClass("lead"),
                        TABLE.render(measured),
                        ul(each(measured, GradientSection::note)).withClass("notes"));
    }

    private static Look look(Gradient gradient) {
        return gradient.defect() == null ? TRUSTED : NOT_TRUSTED;
    }

    private static String scores(Gradient gradient) {
        if (gradient.bitIdentical() == null) {
            return "the artifact itself";
        }
        return gradient.bitIdentical() ? "bit for bit" : "no";
    }

    private static DomContent note(Measured<Gradient> measured) {
        Gradient gradient = measured.value();
        return each(
                gradient.obstacle() == null
                        ? null
                        : li(
                                code(measured.id()),
                                text(": differences instead of gradients, since " + gradient.obstacle())),
                gradient.defect() == null
                        ? null
                        : li(
                                code(measured.id()),
                                text(": not trusted, so defenses that need it are inconclusive: "
                                        + gradient.defect())));
    }
}
