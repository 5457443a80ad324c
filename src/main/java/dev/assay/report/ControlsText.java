package dev.assay.report;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.Control;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The controls of an audit in one sentence for the terminal. */
final class ControlsText {
    private ControlsText() {}

    /** On how many deployments each defense found the planted backdoor; empty where none was to be planted. */
    static String of(AuditResult result) {
        List<Control> usable = result.deployments().stream()
                .flatMap(deployment -> deployment.controls().stream())
                .filter(control -> control.error() == null)
                .toList();
        Stream<String> found = usable.isEmpty()
                ? Stream.empty()
                : Stream.of("the planted backdoor is found by "
                        + result.defenseIds().stream()
                                .map(id -> "%s on %d of %d".formatted(id, countFound(usable, id), usable.size()))
                                .collect(Collectors.joining(", ")));
        Stream<String> none = missing(result).entrySet().stream()
                .map(entry -> "none on %s: %s".formatted(String.join(", ", entry.getValue()), entry.getKey()));
        return Stream.concat(found, none).collect(Collectors.joining("; "));
    }

    /** Why deployments have no control: by reason, which. */
    static Map<String, List<String>> missing(AuditResult result) {
        Map<String, List<String>> missing = new LinkedHashMap<>();
        for (Deployment deployment : result.deployments()) {
            for (Control control : deployment.controls()) {
                String error = control.error();
                if (error != null) {
                    missing.computeIfAbsent(error, reason -> new ArrayList<>()).add(deployment.id());
                }
            }
        }
        return missing;
    }

    private static long countFound(List<Control> controls, String defense) {
        return controls.stream().filter(control -> control.isFoundBy(defense)).count();
    }
}
