package dev.assay.audit;

import dev.assay.quant.Scheme;
import dev.assay.runtime.SessionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How an artifact comes about.
 *
 * @param scheme how it is made of the model; empty for a file that is taken as it is
 * @param other a file that somebody else made of the same model; empty for the model's own file and what is made of it
 */
record Recipe(Optional<Scheme> scheme, Optional<FileRef> other) {
    /** The id of a model that is quantized already. */
    static final String AS_IS = "as-is";

    /** Schemes whose 4-bit MatMuls ONNX Runtime makes itself, and so at the level that the session asks for. */
    private static final Set<Scheme> FOUR_BIT = Set.of(Scheme.INT4_WEIGHT);

    /** An artifact made of the model, or the model itself. */
    static Recipe of(Scheme scheme) {
        return new Recipe(Optional.of(scheme), Optional.empty());
    }

    /** The model's own file, quantized already. */
    static Recipe asIs() {
        return new Recipe(Optional.empty(), Optional.empty());
    }

    /** Somebody else's file. */
    static Recipe of(FileRef other) {
        return new Recipe(Optional.empty(), Optional.of(other));
    }

    /** The scheme's id, the name of somebody else's file, or {@link #AS_IS}. */
    String id() {
        return scheme.map(Scheme::id)
                .or(() -> other.map(file -> file.name().replaceFirst("\\.onnx$", "")))
                .orElse(AS_IS);
    }

    /** The scheme whose artifact has to be written; empty where the model's own file is the artifact. */
    Optional<Scheme> toMake() {
        return scheme.filter(made -> made != Scheme.FP32);
    }

    boolean needsCalibration() {
        return scheme.filter(Scheme::needsCalibration).isPresent();
    }

    /** The sessions of its deployments: accuracy levels make a difference to 4-bit MatMuls only. */
    List<SessionSpec> sessions(AuditRequest.Plan plan) {
        boolean fourBit = scheme.isEmpty() || FOUR_BIT.contains(scheme.get());
        if (!fourBit || plan.accuracyLevels().isEmpty()) {
            return plan.sessions();
        }
        List<SessionSpec> sessions = new ArrayList<>();
        for (SessionSpec session : plan.sessions()) {
            plan.accuracyLevels().forEach(level -> sessions.add(session.withAccuracyLevel(level)));
        }
        return sessions;
    }

    /** {@code scheme/provider/optimization}, and what else tells the deployment from others of the plan. */
    String deploymentId(SessionSpec session, AuditRequest.Plan plan) {
        StringBuilder id = new StringBuilder("%s/%s/%s"
                .formatted(id(), session.provider().id(), session.optimization().id()));
        session.accuracyLevel().ifPresent(level -> id.append("/accuracy-level-").append(level));
        return plan.variesThreads()
                ? id.append("/threads-").append(session.threads()).toString()
                : id.toString();
    }
}
