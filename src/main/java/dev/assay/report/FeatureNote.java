package dev.assay.report;

import static j2html.TagCreator.details;
import static j2html.TagCreator.each;
import static j2html.TagCreator.p;
import static j2html.TagCreator.summary;

import dev.assay.defense.FeatureEvidence;
import dev.assay.defense.FeatureEvidence.LeftOut;
import dev.assay.defense.SecondAnswers;
import j2html.tags.DomContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which features of which images a defense judged. */
final class FeatureNote {
    private FeatureNote() {}

    static DomContent draw(FeatureEvidence evidence, ClassNames names) {
        return each(p("Judged: %s, by %s.".formatted(evidence.judged(), features(evidence))), leftOut(evidence, names));
    }

    /** How many pairs of suspicious images share their second answer, and of clean ones. */
    static Cell sharing(SecondAnswers answers) {
        return Cell.figure(
                "%s (clean %s)".formatted(Figures.percent(answers.sharing()), Figures.percent(answers.cleanSharing())),
                answers.sharing());
    }

    private static String features(FeatureEvidence evidence) {
        String count = Figures.count(evidence.features());
        return evidence.logits()
                ? count + " logits: no tap at the features leaves kernels and scores as they are"
                : "%s features read at %s; with that tap the kernels are the artifact's own, and so are the scores of %s images, bit for bit"
                        .formatted(count, evidence.value(), Figures.count(evidence.probeImages()));
    }

    private static @Nullable DomContent leftOut(FeatureEvidence evidence, ClassNames names) {
        List<LeftOut> leftOut = evidence.leftOut();
        return leftOut.isEmpty()
                ? null
                : details(
                        summary("Labels that were not judged: %d".formatted(leftOut.size())),
                        new DataTable<LeftOut>(
                                        "Labels with fewer than %d images to judge, or fewer clean ones"
                                                .formatted(evidence.fewest()),
                                        List.of(
                                                DataTable.column("Label", it -> Cell.of(names.of(it.targetClass()))),
                                                DataTable.column("Judged", it -> Cell.number(it.judged())),
                                                DataTable.column("Clean", it -> Cell.number(it.clean()))))
                                .render(leftOut));
    }
}
