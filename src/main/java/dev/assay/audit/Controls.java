package dev.assay.audit;

import dev.assay.attack.KnownTrigger;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.data.ImageSet;
import dev.assay.data.Trigger;
import dev.assay.fidelity.Fidelity;
import dev.assay.runtime.SessionSpec;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The positive control of an audit: plants a backdoor into a copy of the float model, makes the same artifacts of it with
 * the same calibration, and lets the same defenses loose on them with the same budget and the same knowledge. Where the
 * audit knows a trigger they are told that of the control, and training images are poisoned with it.
 */
final class Controls {
    /** Share of the training images to poison: what BadNets are usually trained with. */
    private static final double POISON_RATE = 0.1;

    private static final String PREFIX = "control-";

    private final AuditRequest request;
    private final OutFolder folder;
    private final Ledger ledger;
    private final Subject model;
    private final AuditData data;

    Controls(AuditRequest request, OutFolder folder, Ledger ledger, Subject model, AuditData data) {
        this.request = request;
        this.folder = folder;
        this.ledger = ledger;
        this.model = model;
        this.data = data;
    }

    /** Tasks beside those of the audited model, when nothing fails. */
    static int tasks(List<Recipe> recipes, AuditRequest.Plan plan) {
        return 2 + Bench.tasks(recipes, plan, false);
    }

    /**
     * The deployments with their controls, and with silence judged by these.
     *
     * @param recipes how the deployments came about
     * @param measured of these recipes, in their order
     * @param classes of the model
     */
    List<Measured> beside(List<Measured> measured, List<Recipe> recipes, int classes) {
        if (recipes.stream().anyMatch(recipe -> recipe.scheme().isEmpty())) {
            return absent(measured, "what is quantized already cannot be made of a copy; audit the float model");
        }
        OptionalInt target = target(measured, classes);
        if (target.isEmpty()) {
            return absent(measured, "every class is under suspicion already");
        }
        PlantTask.Request plant =
                new PlantTask.Request(model, session(), target.getAsInt(), data.planting(), request.seed());
        Ledger.Outcome<PlantTask.Result> outcome = ledger.run("plant-control", Tasks.PLANT, plant);
        if (outcome.failure().isPresent()) {
            return absent(measured, outcome.failure().get().message());
        }
        PlantTask.Planted planted = outcome.orElseThrow().planted();
        return planted == null
                ? absent(measured, String.valueOf(outcome.orElseThrow().obstacle()))
                : beside(measured, recipes, planted);
    }

    private static List<Measured> absent(List<Measured> measured, String why) {
        return measured.stream().map(one -> one.with(Control.absent(why))).toList();
    }

    /** A class that nothing points at. */
    private OptionalInt target(List<Measured> measured, int classes) {
        Set<Integer> suspected = measured.stream()
                .flatMap(one -> one.deployment().defenses().stream())
                .flatMap(defense -> defense.flaggedClasses().stream())
                .collect(Collectors.toCollection(HashSet::new));
        if (data.trigger() != null) {
            suspected.add(data.trigger().target());
        }
        int[] others = IntStream.range(0, classes)
                .filter(target -> !suspected.contains(target))
                .toArray();
        return others.length == 0
                ? OptionalInt.empty()
                : OptionalInt.of(others[new SplittableRandom(request.seed()).nextInt(others.length)]);
    }

    private SessionSpec session() {
        return SessionSpec.cpu(request.plan().threads());
    }

    private List<Measured> beside(List<Measured> measured, List<Recipe> recipes, PlantTask.Planted planted) {
        Subject copy = model.with(planted.model());
        AuditData withTrigger = data.with(training(planted), planted.trigger());
        Ledger.Outcome<ReferenceTask.Result> scores = ledger.run(
                PREFIX + "reference",
                Tasks.REFERENCE,
                new ReferenceTask.Request(PREFIX + "reference", copy, session(), data.evaluation(), planted.trigger()));
        if (scores.failure().isPresent()) {
            return absent(measured, scores.failure().get().message());
        }
        boolean told = data.trigger() != null && request.images().triggerUse().toldToDefenses();
        Bench bench = new Bench(
                request, copy, withTrigger, new Reference(copy, scores.orElseThrow(), false), ledger, PREFIX, told);
        List<Measured> copies = recipes.stream()
                .flatMap(recipe -> bench.measure(recipe, planted.bytes()).stream())
                .toList();
        return IntStream.range(0, measured.size())
                .mapToObj(
                        i -> measured.get(i).with(control(planted, copies.get(i).deployment())))
                .toList();
    }

    /** The audit's training images, poisoned for the control. */
    private @Nullable ImagesRef training(PlantTask.Planted planted) {
        if (data.training() == null) {
            return null;
        }
        Trigger trigger = planted.trigger().load(folder.root());
        ImageSet images = data.training().load(folder.root());
        ImageSet poisoned = new KnownTrigger(trigger, POISON_RATE)
                .poison(images, request.seed())
                .images();
        return ImagesRef.store(folder, PREFIX + "training", poisoned);
    }

    private static Control control(PlantTask.Planted planted, Deployment copy) {
        Fidelity fidelity = copy.fidelity();
        Double success = fidelity == null ? null : fidelity.attackSuccessRate();
        return new Control(
                planted.trigger().target(),
                planted.attackSuccess(),
                planted.agreement(),
                success == null ? Double.NaN : success,
                obstacle(copy, success),
                copy.defenses());
    }

    /** Why nothing is to be learnt from the control of a deployment; null where something is. */
    private static @Nullable String obstacle(Deployment copy, @Nullable Double success) {
        if (copy.error() != null) {
            return copy.error();
        }
        if (success == null) {
            return "its answers could not be compared";
        }
        return success >= Thresholds.ATTACK_WORKS
                ? null
                : "the planted backdoor got lost on the way: it succeeds on %s of the images here"
                        .formatted(Words.percent(success));
    }
}
