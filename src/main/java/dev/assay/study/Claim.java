package dev.assay.study;

import static dev.assay.audit.Words.percent;

import dev.assay.study.Comparison.Answer;
import java.util.function.Function;
import java.util.function.Predicate;

/** What the seed study claims, and how a model's figures are held against it. */
enum Claim {
    SURVIVES_INT8(
            "The backdoor survives 8 bits",
            "attack success above " + percent(SeedStudy.INT8_ATTACK_SUCCESS),
            model -> true,
            model -> new Answers(model).attackSuccess(SeedStudy.INT8_ATTACK_SUCCESS, Answers.INT8)),
    UNSEEN_IN_INT8(
            "No defense sees it in 8 bits", "five defenses detect nothing", model -> true, model -> new Answers(model)
                    .detections(Answers.INT8)),
    NORMS_ALIKE_IN_INT8(
            "Neural Cleanse's triggers are alike in 8 bits",
            SeedStudy.INT8_NORM + " pixels for every class",
            model -> true,
            model -> new Answers(model).norms(SeedStudy.INT8_NORM)),
    SURVIVES_INT4(
            "The backdoor survives 4 bits",
            "attack success above " + percent(SeedStudy.INT4_ATTACK_SUCCESS),
            model -> true,
            model -> new Answers(model).attackSuccess(SeedStudy.INT4_ATTACK_SUCCESS, Answers.INT4)),
    COSTS_ACCURACY_IN_INT4(
            "4 bits cost a hard set its accuracy",
            "CIFAR-10: %s instead of %s"
                    .formatted(percent(SeedStudy.HARD_INT4_ACCURACY), percent(SeedStudy.HARD_ACCURACY)),
            SeedStudy::isHard,
            model -> new Answers(model).accuracyLost(SeedStudy.HARD_ACCURACY - SeedStudy.HARD_INT4_ACCURACY)),
    SEEN_ON_EASY_IN_INT4(
            "Neural Cleanse sees it in 4 bits on an easy set",
            "GTSRB: detected",
            SeedStudy::isEasy,
            model -> new Answers(model).cleanse(true)),
    UNSEEN_ON_HARD_IN_INT4(
            "Neural Cleanse does not see it in 4 bits on a hard set",
            "CIFAR-10: not detected",
            SeedStudy::isHard,
            model -> new Answers(model).cleanse(false));

    private final String text;
    private final String reported;
    private final Predicate<StudiedModel> scope;
    private final Function<StudiedModel, Held> judge;

    Claim(String text, String reported, Predicate<StudiedModel> scope, Function<StudiedModel, Held> judge) {
        this.text = text;
        this.reported = reported;
        this.scope = scope;
        this.judge = judge;
    }

    /** What came of holding figures against a claim; see {@link Comparison}. */
    record Held(String measured, Answer answer, String why) {
        static Held notMeasured(String why) {
            return new Held("", Answer.NOT_MEASURED, why);
        }

        static Held of(boolean agrees, String measured, String why) {
            return new Held(measured, agrees ? Answer.AGREES : Answer.DIFFERS, why);
        }
    }

    boolean isAbout(StudiedModel model) {
        return scope.test(model);
    }

    Comparison compare(StudiedModel model) {
        return comparison(model.name(), judge.apply(model));
    }

    Comparison withoutModel() {
        return comparison("", Held.notMeasured("no model of such a data set was studied"));
    }

    private Comparison comparison(String model, Held held) {
        return new Comparison(model, text, reported, held.measured(), held.answer(), held.why());
    }
}
