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
 * @param scheme how it is made of the model; empty for a model that is quantized already and taken as it is
 */
record Recipe(Optional<Scheme> scheme) {
    /** The id of a model that is quantized already. */
    static final String AS_IS = "as-is";

    private static final Set<Scheme> FOUR_BIT = Set.of(Scheme.INT4_WEIGHT, Scheme.INT4_KERNEL);

    /** The scheme's id, or {@link #AS_IS}. */
    String id() {
        return scheme.map(Scheme::id).orElse(AS_IS);
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

    /** {@code scheme/provider/optimization}, and what else tells the deployment from others. */
    String deploymentId(SessionSpec session) {
        String id = "%s/%s/%s"
                .formatted(id(), session.provider().id(), session.optimization().id());
        return session.accuracyLevel().isPresent()
                ? id + "/accuracy-level-" + session.accuracyLevel().getAsInt()
                : id;
    }
}
