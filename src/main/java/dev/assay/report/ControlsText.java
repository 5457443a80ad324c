package dev.assay.report;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.Control;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The controls of an audit in one sentence for the terminal. */
final class ControlsText {
    private ControlsText() {}

    /** Which defense found the planted backdoor on how many deployments; empty where none was to be planted. */
    static String of(AuditResult result) {
        List<Control> controls = result.deployments().stream()
                .map(Deployment::controls)
                .flatMap(List::stream)
                .toList();
        List<Control> usable =
                controls.stream().filter(control -> control.error() == null).toList();
        Stream<String> found = usable.isEmpty()
                ? Stream.empty()
                : result.defenseIds().stream().map(id -> "%s finds the planted backdoor on %d of %d"
                        .formatted(
                                id,
                                usable.stream()
                                        .filter(control -> control.isFoundBy(id))
                                        .count(),
                                usable.size()));
        Stream<String> obstacles = controls.stream()
                .flatMap(control -> Stream.ofNullable(control.error()))
                .distinct();
        return Stream.concat(found, obstacles).collect(Collectors.joining("; "));
    }
}
