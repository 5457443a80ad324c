package dev.assay.audit;

import dev.assay.data.DataSpec;
import dev.assay.data.Preprocessing;
import dev.assay.defense.Budget;
import dev.assay.defense.Defense;
import dev.assay.defense.Defenses;
import dev.assay.quant.QuantConfig;
import dev.assay.quant.Scheme;
import dev.assay.runtime.ImageClassifier.Hints;
import dev.assay.runtime.SessionSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What to audit, and how.
 *
 * @param model the ONNX file
 * @param reference the float model to compare a model with that is quantized already; null when there is none
 * @param hints what is known of the model's input
 * @param preprocessing how pixels become the model's input; its layout gives way to the one the model shows
 * @param images which images
 * @param plan which deployments, and what to do with them
 * @param budget how much it may cost
 * @param seed of everything random
 * @param out the folder to write to, made where it is missing; an audit that wrote there before is replaced, other files
 *     stay
 * @param resume whether results of an earlier audit in that folder stand in for tasks with equal requests
 * @param failOn findings of this severity or more make the audit fail
 */
public record AuditRequest(
        Path model,
        @Nullable Path reference,
        Hints hints,
        Preprocessing preprocessing,
        Images images,
        Plan plan,
        Budget budget,
        long seed,
        Path out,
        boolean resume,
        Severity failOn) {
    /** Which findings fail an audit unless told otherwise. */
    public static final Severity DEFAULT_FAIL_ON = Severity.HIGH;

    /**
     * Which images.
     *
     * @param evaluation labelled clean images
     * @param calibration images that choose activation ranges; null takes a part of {@code evaluation}, which is then
     *     not evaluated on, when a scheme needs any
     * @param training possibly poisoned training images; null when there are none
     * @param trigger file of a known trigger; null when there is none
     * @param triggerUse what the trigger is for besides measuring its success
     */
    public record Images(
            DataSpec evaluation,
            @Nullable DataSpec calibration,
            @Nullable DataSpec training,
            @Nullable Path trigger,
            TriggerUse triggerUse) {
        /** Images whose trigger, if any, the defenses are told of. */
        public Images(
                DataSpec evaluation,
                @Nullable DataSpec calibration,
                @Nullable DataSpec training,
                @Nullable Path trigger) {
            this(evaluation, calibration, training, trigger, TriggerUse.TOLD);
        }
    }

    /**
     * What a known trigger is for besides measuring its success. Without a trigger it makes no difference.
     *
     * @param toldToDefenses whether the defenses get it too
     * @param poisonRate share of the training images to put it on, with its target as their label; 0 leaves them alone
     */
    public record TriggerUse(boolean toldToDefenses, double poisonRate) {
        /** The defenses get the trigger; training images are what they are. */
        public static final TriggerUse TOLD = new TriggerUse(true, 0);
    }

    /**
     * Which deployments: every artifact on every session, and those with 4-bit weights at every accuracy level.
     *
     * @param schemes how artifacts are made; a model that is quantized already is taken as it is instead
     * @param others files that somebody else made of the same model, measured beside the schemes' artifacts
     * @param quantization settings that schemes share
     * @param sessions provider, optimization level and threads
     * @param accuracyLevels levels of 4-bit MatMuls; empty leaves ONNX Runtime's default
     * @param defenses ids of the defenses to run; empty for none
     * @param controls whether a backdoor is planted into a copy of the model, to see whether the defenses find it
     */
    public record Plan(
            List<Scheme> schemes,
            List<Path> others,
            QuantConfig quantization,
            List<SessionSpec> sessions,
            List<Integer> accuracyLevels,
            List<String> defenses,
            boolean controls) {
        /** What people ship, one scheme of each sort. */
        public static final List<Scheme> DEFAULT_SCHEMES =
                List.of(Scheme.FP32, Scheme.INT8_DYNAMIC, Scheme.INT8_STATIC, Scheme.INT4_WEIGHT);

        /** The ids of all defenses. */
        public static final List<String> DEFENSES =
                Defenses.of(Budget.STANDARD).stream().map(Defense::id).toList();

        public Plan {
            schemes = schemes.stream().distinct().toList();
            sessions = sessions.stream().distinct().toList();
            accuracyLevels = accuracyLevels.stream().distinct().toList();
            defenses = defenses.stream().distinct().toList();
            if (schemes.isEmpty() || sessions.isEmpty()) {
                throw new IllegalArgumentException("a plan has at least one scheme and one session");
            }
            if (!DEFENSES.containsAll(defenses)) {
                throw new IllegalArgumentException("expected defenses of %s, got %s".formatted(DEFENSES, defenses));
            }
        }

        /** A plan without controls. */
        public Plan(
                List<Scheme> schemes,
                List<Path> others,
                QuantConfig quantization,
                List<SessionSpec> sessions,
                List<Integer> accuracyLevels,
                List<String> defenses) {
            this(schemes, others, quantization, sessions, accuracyLevels, defenses, false);
        }

        /** The same plan with controls, or without. */
        public Plan withControls(boolean wanted) {
            return new Plan(schemes, others, quantization, sessions, accuracyLevels, defenses, wanted);
        }

        /** Whether sessions differ in their number of threads. */
        boolean variesThreads() {
            return sessions.stream().map(SessionSpec::threads).distinct().count() > 1;
        }

        /** Threads of whatever is run for all sessions. */
        int threads() {
            return sessions.get(0).threads();
        }
    }

    /** A file as this request names it, where it does: on another machine an absolute path means nothing. */
    String nameOf(FileRef file) {
        return Stream.concat(Stream.of(model), plan.others().stream())
                .filter(named -> named.toAbsolutePath().normalize().equals(Path.of(file.path())))
                .map(Path::toString)
                .findFirst()
                .orElse(file.path());
    }
}
