package dev.assay.runtime;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What running a model on two batch sizes showed: type and shape of every value the main graph computes.
 *
 * @param values by name: graph inputs and node outputs that are tensors
 */
public record Observation(Map<String, Observed> values) {
    public Observation {
        values = Map.copyOf(values);
    }

    /** What was seen of a value; empty for constants, sequences, and values that the run did not produce. */
    public Optional<Observed> of(String value) {
        return Optional.ofNullable(values.get(value));
    }

    /** What was seen of these values, in their order; all of them were seen. */
    public Map<String, Observed> ofAll(Collection<String> names) {
        Map<String, Observed> chosen = new LinkedHashMap<>();
        names.forEach(name -> chosen.put(name, of(name).orElseThrow()));
        return chosen;
    }
}
