package dev.assay.audit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One reportable fact.
 *
 * @param id stable, kebab-case, never reused
 * @param severity how much it matters
 * @param deployment the deployment it is about, or null for the model as a whole
 * @param message what was found and what to do, in one sentence or two
 * @param evidence the figures behind it, by name
 */
public record Finding(
        String id, Severity severity, @Nullable String deployment, String message, Map<String, Double> evidence) {
    public Finding {
        evidence = Collections.unmodifiableMap(new LinkedHashMap<>(evidence));
    }
}
