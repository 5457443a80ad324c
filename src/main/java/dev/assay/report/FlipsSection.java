package dev.assay.report;

import static j2html.TagCreator.code;
import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.img;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.strong;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.text;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.fidelity.Fidelity;
import dev.assay.fidelity.Fidelity.Flip;
import j2html.tags.DomContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The images whose answer is another one than the reference's, drawn. */
final class FlipsSection implements Section {
    private static final int MOST_IMAGES = 24;

    /** Images share this many characters of base64, so that the page stays small whatever their size. */
    private static final int MOST_PNG_CHARACTERS = 800_000;

    @Override
    public String id() {
        return "flips";
    }

    @Override
    public String title() {
        return "Images that flip";
    }

    @Override
    public @Nullable DomContent body(AuditResult result) {
        List<Measured<Fidelity>> flipped = Measured.of(result, Deployment::fidelity).stream()
                .filter(it -> it.value().flipCount() > 0)
                .toList();
        if (flipped.isEmpty()) {
            return null;
        }
        int mostCharacters = MOST_PNG_CHARACTERS / flipped.size();
        ClassNames names = ClassNames.of(result);
        return each(
                p(Explanations.of("flips")).withClass("lead"),
                each(flipped, (index, it) -> gallery(it, names, mostCharacters, index == 0)));
    }

    private static DomContent gallery(Measured<Fidelity> measured, ClassNames names, int mostCharacters, boolean open) {
        Fidelity fidelity = measured.value();
        List<Flip> flips = fidelity.flips();
        return details(
                        summary(
                                code(measured.id()),
                                text(" %s of %s images flip"
                                        .formatted(
                                                Figures.count(fidelity.flipCount()),
                                                Figures.count(fidelity.images())))),
                        div(each(flips.subList(0, fitting(flips, mostCharacters)), flip -> card(flip, names)))
                                .withClass("gallery"))
                .condAttr(open, "open", null);
    }

    private static int fitting(List<Flip> flips, int mostCharacters) {
        int characters = 0;
        int count = 0;
        for (Flip flip : flips) {
            characters += flip.png() == null ? 0 : flip.png().length();
            if (count == MOST_IMAGES || characters > mostCharacters) {
                break;
            }
            count++;
        }
        return count;
    }

    private static DomContent card(Flip flip, ClassNames names) {
        DomContent picture = flip.png() == null
                ? div("not kept").withClass("picture")
                : img().withClass("picture")
                        .withSrc("data:image/png;base64," + flip.png())
                        .withAlt("Image " + flip.image() + ", labelled " + names.of(flip.label()));
        return figure(
                picture,
                figcaption(
                        span(text("#" + flip.image() + " "), strong(names.of(flip.label())))
                                .withClass("label"),
                        answer("FP32", flip.reference(), flip.label(), flip.referenceMargin(), names),
                        answer("deployed", flip.deployed(), flip.label(), flip.deployedMargin(), names)));
    }

    private static DomContent answer(String who, int answer, int label, double margin, ClassNames names) {
        boolean right = answer == label;
        return span(
                        text(who + " "),
                        span((right ? "✓ " : "✕ ") + names.of(answer)).withClass(right ? "right" : "wrong"),
                        text(" " + Figures.margin(margin)))
                .withClass("answer");
    }
}
