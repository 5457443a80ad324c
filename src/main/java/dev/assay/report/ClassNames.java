package dev.assay.report;

import dev.assay.audit.AuditResult;
import java.util.List;

/**
 * The names of classes.
 *
 * @param names by index; may be empty or too short
 */
record ClassNames(List<String> names) {
    static ClassNames of(AuditResult result) {
        return new ClassNames(result.data().classNames());
    }

    /** Returns the class's name, or {@code class 3} where it has none. */
    String of(int index) {
        return index >= 0 && index < names.size() ? names.get(index) : "class " + index;
    }
}
