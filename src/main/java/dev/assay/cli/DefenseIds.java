package dev.assay.cli;

import dev.assay.audit.AuditRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;

/** What {@code --defenses} takes: a list of ids, or none. */
record DefenseIds(List<String> ids) {
    private static final String NONE = "none";

    static DefenseIds parse(String text) throws Exception {
        if (text.equals(NONE)) {
            return new DefenseIds(List.of());
        }
        ITypeConverter<String> known =
                Converters.oneOf(AuditRequest.Plan.DEFENSES.toArray(String[]::new), Function.identity());
        List<String> ids = new ArrayList<>();
        for (String id : text.split(",", -1)) {
            ids.add(known.convert(id));
        }
        return new DefenseIds(ids.stream().distinct().toList());
    }
}
