package dev.assay.audit;

import dev.assay.data.DataSpec;
import dev.assay.defense.Budget;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A folder of models whose truth their sidecars tell, and how to audit each of them.
 *
 * @param folder holds {@code NAME.onnx} with {@code NAME.json}
 * @param data labelled clean images, by the sidecars' data set
 * @param calibration images that choose activation ranges, likewise; empty takes a part of {@code data}
 * @param training clean training images, likewise; empty when there are none
 * @param triggerUse what the sidecars' triggers are for besides measuring their success
 * @param plan which deployments, and which defenses
 * @param budget how much each audit may cost
 * @param seeds one audit of each model for each
 * @param out the folder to write to; each audit gets a folder in it
 * @param resume whether results of an earlier run in that folder stand in for tasks with equal requests
 */
public record ZooRequest(
        Path folder,
        BySet data,
        BySet calibration,
        BySet training,
        AuditRequest.TriggerUse triggerUse,
        AuditRequest.Plan plan,
        Budget budget,
        List<Long> seeds,
        Path out,
        boolean resume) {
    public ZooRequest {
        seeds = seeds.stream().distinct().toList();
        if (seeds.isEmpty()) {
            throw new IllegalArgumentException("an evaluation has at least one seed");
        }
    }

    /**
     * Images for models that may be of different data sets.
     *
     * @param specs by name of the data set; the empty name stands for all that are not named
     */
    public record BySet(Map<String, DataSpec> specs) {
        /** No images. */
        public static final BySet NONE = new BySet(Map.of());

        public BySet {
            specs = Map.copyOf(specs);
        }

        Optional<DataSpec> of(String dataset) {
            return Optional.ofNullable(specs.get(dataset)).or(() -> Optional.ofNullable(specs.get("")));
        }
    }
}
