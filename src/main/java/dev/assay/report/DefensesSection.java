package dev.assay.report;

import static j2html.TagCreator.article;
import static j2html.TagCreator.code;
import static j2html.TagCreator.dd;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.defense.DefenseResult;
import dev.assay.defense.Evidence;
import j2html.tags.DomContent;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What each defense found, defense by defense, with its evidence. */
final class DefensesSection implements Section {
    /** One view for each kind of {@link Evidence}. */
    static final List<EvidenceView<?>> EVIDENCE_VIEWS = List.of(
            new NeuralCleanseView(),
            new ActivationClusteringView(),
            new SpectralSignaturesView(),
            new StripView(),
            new FinePruningView());

    /** Deployments share this many characters of base64, so that the page stays small whatever the images' size. */
    private static final int MOST_PICTURE_CHARACTERS = 800_000;

    @Override
    public String id() {
        return "defenses";
    }

    @Override
    public String title() {
        return "Defenses";
    }

    @Override
    public @Nullable DomContent body(AuditResult result) {
        List<String> ids = result.defenseIds();
        return ids.isEmpty()
                ? null
                : each(
                        p(Explanations.of("defenses")).withClass("lead"),
                        each(
                                ids,
                                id -> each(
                                        h3(id),
                                        p(Explanations.ofDefense(id)),
                                        div(each(result.deployments(), it -> onDeployment(result, it, id)))
                                                .withClass("defenses"))));
    }

    private static DomContent onDeployment(AuditResult result, Deployment deployment, String id) {
        ClassNames names = ClassNames.of(result);
        int mostCharacters = MOST_PICTURE_CHARACTERS / result.deployments().size();
        return each(
                deployment.defenses().stream()
                        .filter(defense -> defense.id().equals(id))
                        .toList(),
                defense -> article(
                                p(Look.of(defense.decision()).badge(), code(deployment.id()))
                                        .withClass("about"),
                                reason(defense.reason()),
                                figures(defense, names),
                                evidence(new Judged(defense, deployment.id(), names, mostCharacters)))
                        .withClass("defense"));
    }

    private static @Nullable DomContent reason(@Nullable String reason) {
        return reason == null ? null : p(Figures.unbroken(reason));
    }

    private static @Nullable DomContent figures(DefenseResult defense, ClassNames names) {
        if (Figures.isUndefined(defense.score())) {
            return null;
        }
        String flagged = defense.flaggedClasses().stream().map(names::of).collect(Collectors.joining(", "));
        return dl(
                        div(dt("Score"), dd(Figures.number(defense.score()))),
                        div(dt("Threshold"), dd(Figures.number(defense.threshold()))),
                        div(dt("Suspected targets"), dd(flagged.isEmpty() ? "none" : flagged)))
                .withClass("evidence");
    }

    private static @Nullable DomContent evidence(Judged judged) {
        Evidence evidence = judged.result().evidence();
        return evidence == null ? null : each(EVIDENCE_VIEWS, view -> drawIfItsKind(view, evidence, judged));
    }

    private static <E extends Evidence> @Nullable DomContent drawIfItsKind(
            EvidenceView<E> view, Evidence evidence, Judged judged) {
        return view.kind().isInstance(evidence) ? view.draw(view.kind().cast(evidence), judged) : null;
    }
}
