package dev.assay.defense;

import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import dev.assay.defense.NeuralCleanse.Config;
import dev.assay.defense.NeuralCleanse.Schedule;
import dev.assay.defense.NeuralCleanse.SecondLook;
import dev.assay.defense.NeuralCleanseEvidence.LevelComparison;
import dev.assay.defense.NeuralCleanseEvidence.Screened;
import dev.assay.defense.TriggerLook.Found;
import dev.assay.grad.Deployed;
import dev.assay.grad.DeployedGradient;
import dev.assay.grad.Estimator;
import dev.assay.grad.TriggerLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** One run of {@link NeuralCleanse} on one deployment: searches, verifies what they found, and looks again where in doubt. */
final class TriggerHunt {
    private final Config config;
    private final Suspect suspect;
    private final DeployedGradient gradient;
    private final ImageSet images;
    private final ImageSet verification;
    private final List<Double> levels;
    private final int classes;
    private final SplittableRandom random;

    TriggerHunt(Config config, Suspect suspect, DeployedGradient gradient) {
        this.config = config;
        this.suspect = suspect;
        this.gradient = gradient;
        this.random = new SplittableRandom(suspect.seed());
        ImageSet clean = suspect.clean();
        int held = Math.min(config.verificationImages(), clean.size() / 2);
        ImageSet drawn = clean.drawn(held + Math.min(config.images(), Deployed.mostOf(clean)), random);
        this.verification = drawn.slice(0, held);
        this.images = drawn.slice(held, drawn.size());
        this.levels = config.levelsTold(held);
        this.classes = suspect.model().ports().classes();
    }

    DefenseResult run() {
        if (isOfOneClass(images) || isOfOneClass(verification)) {
            return DefenseResult.notApplicable(
                    NeuralCleanse.ID, "pass images of more classes with --data: images of a class show no way to it");
        }
        try (TriggerLoss loss = gradient.open(
                        suspect.deployed(images), config.slots(), config.imagesPerSlot(), suspect.seed());
                TriggerVerification artifact = new TriggerVerification(suspect.deployed(verification))) {
            List<Double> withoutTrigger = artifact.sharesWithoutTrigger();
            List<Trigger> starts = new ArrayList<>(suspect.startTriggers());
            if (isOfDifferences(loss)) {
                starts.addAll(PatchScan.starts(suspect.deployed(images), random));
            }
            TriggerLook look = look(config.schedule(), starts, loss);
            Judged first = judged(look.at(classes), look, artifact, withoutTrigger);
            SecondLook more = config.secondLook();
            if (more == null || isOfDifferences(loss) || !first.verdict().isInDoubt(more.certainty())) {
                return first.verdict().of(evidence(first, loss, List.of()));
            }
            first.frontiers().forEach(frontier -> starts.addAll(frontier.triggers()));
            TriggerLook again = look(more.schedule(), starts, loss);
            Judged second = judged(again.again(first.found()), again, artifact, withoutTrigger);
            return second.verdict()
                    .of(evidence(second, loss, first.verdict().comparison().levels()));
        }
    }

    /** Differences take long, and are taken in blocks, which squares between them are not made of. */
    private static boolean isOfDifferences(TriggerLoss loss) {
        return loss.estimator() == Estimator.FINITE_DIFFERENCE;
    }

    private static boolean isOfOneClass(ImageSet images) {
        return Arrays.stream(images.labels()).distinct().count() < 2;
    }

    private TriggerLook look(Schedule schedule, List<Trigger> starts, TriggerLoss loss) {
        return new TriggerLook(
                schedule, config.descent(), config.levelsAimedAt(verification.size()), images, starts, loss, random);
    }

    /**
     * What a look came to.
     *
     * @param frontiers the smallest verified triggers, one frontier for each class that is compared
     */
    private record Judged(Found found, List<TriggerFrontier> frontiers, NeuralCleanseVerdict verdict) {}

    private Judged judged(Found found, TriggerLook look, TriggerVerification artifact, List<Double> withoutTrigger) {
        List<TriggerFrontier> frontiers = found.full().stream()
                .map(search -> TriggerFrontier.of(search, look.starts(search.target()), levels, artifact))
                .toList();
        return new Judged(
                found, frontiers, new NeuralCleanseVerdict(config, levels, frontiers, found.sample(), withoutTrigger));
    }

    private NeuralCleanseEvidence evidence(Judged judged, TriggerLoss loss, List<LevelComparison> firstLook) {
        return new NeuralCleanseEvidence(
                loss.estimator().id(),
                images.size(),
                verification.size(),
                judged.found().steps() * loss.imagesPerSlot(),
                firstLook,
                levels,
                judged.verdict().classes(),
                judged.found().sample().promises(),
                judged.found().screenedOnly().stream()
                        .map(search -> new Screened(search.target(), search.smallestNorm(), search.bestSuccess()))
                        .toList(),
                judged.verdict().comparison().levels());
    }
}
