package dev.assay.report;

import static dev.assay.report.DataTable.column;
import static j2html.TagCreator.code;
import static j2html.TagCreator.each;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.text;
import static j2html.TagCreator.ul;

import dev.assay.audit.AuditResult;
import dev.assay.audit.Control;
import dev.assay.report.DataTable.Column;
import dev.assay.report.Look.Tone;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What would have been found: the backdoors that the audit planted itself, and which defenses found them. */
final class ControlsSection implements Section {
    private static final Look FOUND = new Look("✓", "found", Tone.GOOD);
    private static final Look MISSED = new Look("?", "missed", Tone.CAUTION);
    private static final Look NONE = new Look("–", "no control", Tone.NEUTRAL);

    @Override
    public String id() {
        return "controls";
    }

    @Override
    public String title() {
        return "Controls: what would have been found";
    }

    @Override
    public @Nullable DomContent body(AuditResult result) {
        List<Measured<Control>> controls = result.deployments().stream()
                .flatMap(deployment ->
                        deployment.controls().stream().map(control -> new Measured<>(deployment, control)))
                .toList();
        return controls.isEmpty()
                ? null
                : each(
                        p(Explanations.of("controls")).withClass("lead"),
                        new DataTable<>("Planted backdoors", columns(result)).render(controls),
                        ul(each(ControlsText.missing(result).entrySet(), ControlsSection::note))
                                .withClass("notes"));
    }

    private static List<Column<Measured<Control>>> columns(AuditResult result) {
        ClassNames names = ClassNames.of(result);
        List<Column<Measured<Control>>> columns = new ArrayList<>(List.of(
                column("Deployment", it -> Cell.name(it.id())),
                column("Target", it -> Cell.of(target(it.value(), names))),
                column(
                        "Planted",
                        "control-planted",
                        it -> Cell.percent(it.value().plantedSuccess())),
                column(
                        "Agreement",
                        "control-agreement",
                        it -> Cell.percent(it.value().agreement())),
                column(
                        "Success here",
                        "control-success",
                        it -> Cell.percent(it.value().attackSuccess()))));
        for (String defense : result.defenseIds()) {
            columns.add(column(defense, it -> Cell.of(look(it.value(), defense))));
        }
        return columns;
    }

    private static String target(Control control, ClassNames names) {
        return control.target() == null ? Figures.NONE : names.of(control.target());
    }

    private static Look look(Control control, String defense) {
        if (control.error() != null) {
            return NONE;
        }
        return control.isFoundBy(defense) ? FOUND : MISSED;
    }

    private static DomContent note(Map.Entry<String, List<String>> missing) {
        return li(code(String.join(", ", missing.getValue())), text(": " + missing.getKey()));
    }
}
