package dev.assay.report;

import static j2html.TagCreator.details;
import static j2html.TagCreator.each;
import static j2html.TagCreator.p;
import static j2html.TagCreator.summary;

import dev.assay.defense.FeatureEvidence;
import dev.assay.defense.FeatureEvidence.LeftOut;
import j2html.tags.DomContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which features of which images a defense judged. */
final class FeatureNote {
    private FeatureNote() {}

    static DomContent draw(FeatureEvidence evidence, ClassNames names) {
        return each(
                p(
                        "Judged: %s, by %s features read at %s%s. With that tap the kernels are the artifact's own, and so are the scores of %s images, bit for bit."
                                .formatted(
                                        evidence.judged(),
                                        Figures.count(evidence.features()),
                                        evidence.value(),
                                        evidence.logits()
                                                ? ", the logits, since no tap at the features does no harm"
                                                : "",
                                        Figures.count(evidence.probeImages()))),
                leftOut(evidence.leftOut(), names));
    }

    private static @Nullable DomContent leftOut(List<LeftOut> leftOut, ClassNames names) {
        return leftOut.isEmpty()
                ? null
                : details(
                        summary("%d labels were not judged".formatted(leftOut.size())),
                        new DataTable<LeftOut>(
                                        "Labels that were not judged",
                                        List.of(
                                                DataTable.column("Label", it -> Cell.of(names.of(it.targetClass()))),
                                                DataTable.column("Why", it -> Cell.of(it.reason()))))
                                .render(leftOut));
    }
}
