package dev.assay.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import com.github.freva.asciitable.Styler;
import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.audit.AuditResult.Gradient;
import dev.assay.audit.Finding;
import dev.assay.audit.Severity;
import dev.assay.defense.Decision;
import dev.assay.defense.DefenseResult;
import dev.assay.fidelity.Fidelity;
import dev.assay.report.Look.Tone;
import dev.assay.runtime.KernelEvidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The summary for the terminal: one row a deployment, what its symbols mean, then the verdict with its reasons and the
 * number of findings. Lines are at most 100 characters long, unless more than ten defenses ran.
 */
public final class SummaryTable {

    /** What every column but the name and the defenses takes, with its padding. */
    private static final int FIGURES_WIDTH = 54;

    private static final int NARROWEST_NAME = 18;

    private static final List<ColumnData<Deployment>> FIGURES = List.of(
            figure("size", SummaryTable::size),
            fidelity("acc %", it -> Figures.shortPercent(it.accuracy())),
            fidelity("Δ pts", it -> Figures.points(it.accuracyDrift())),
            fidelity("same %", it -> Figures.shortPercent(it.top1Agreement())),
            kernels("int %", it -> Figures.shortPercent(it.integerMacShare())),
            kernels("4-bit %", it -> Figures.shortPercent(it.fourBitMacShare())),
            fidelity("ASR %", it -> Figures.shortPercent(Figures.orNaN(it.attackSuccessRate()))));

    private final AuditResult result;
    private final boolean colour;
    private final List<String> defenses;

    private SummaryTable(AuditResult result, boolean colour) {
        this.result = result;
        this.colour = colour;
        this.defenses = result.defenseIds();
    }

    /** Returns the text, which ends with a newline; with ANSI colours only where {@code colour} is true. */
    public static String render(AuditResult result, boolean colour) {
        return new SummaryTable(result, colour).render();
    }

    /** Returns the rows alone, without a verdict; the text ends with a newline. */
    public static String deployments(AuditResult result, boolean colour) {
        return new SummaryTable(result, colour).deployments();
    }

    private String deployments() {
        String errors = result.deployments().stream()
                .filter(it -> it.error() != null)
                .map(it -> Wrapping.wrapped("! " + it.id() + ": ", it.error()))
                .collect(Collectors.joining());
        String table = result.deployments().isEmpty() ? "" : table() + "\n\n" + legend();
        String gradients = gradients();
        String controls = ControlsText.of(result);
        String about = table
                + (gradients.isEmpty() ? "" : Wrapping.wrapped("gradients: ", gradients))
                + (controls.isEmpty() ? "" : Wrapping.wrapped("controls: ", controls));
        return errors.isEmpty() ? about : about + "\n" + errors;
    }

    private String render() {
        Look verdict = Look.of(result.verdict());
        StringBuilder text = new StringBuilder(deployments())
                .append('\n')
                .append(coloured(verdict.symbol() + " " + verdict.word().toUpperCase(Locale.ROOT), verdict.tone()))
                .append('\n');
        if (result.verdict().headline() != null) {
            text.append(Wrapping.wrapped("  ", result.verdict().headline()));
        }
        result.verdict().reasons().forEach(reason -> text.append(Wrapping.wrapped("  - ", reason)));
        return text.append(Wrapping.wrapped("  findings: ", findings()))
                .append(severeFindings())
                .toString();
    }

    private String table() {
        List<ColumnData<Deployment>> columns = new ArrayList<>();
        columns.add(name());
        columns.addAll(FIGURES);
        defenses.forEach(id -> columns.add(new Column()
                .header(abbreviation(id))
                .headerAlign(HorizontalAlign.CENTER)
                .dataAlign(HorizontalAlign.CENTER)
                .with(deployment -> symbol(deployment, id))));
        return AsciiTable.builder()
                .border(headerLineOnly())
                .lineSeparator("\n")
                .styler(styler())
                .data(result.deployments(), columns)
                .asString()
                .replaceAll("(?m) +$", "");
    }

    private ColumnData<Deployment> name() {
        int defensesWidth =
                defenses.stream().mapToInt(id -> abbreviation(id).length() + 2).sum();
        return new Column()
                .header("deployment")
                .headerAlign(HorizontalAlign.LEFT)
                .dataAlign(HorizontalAlign.LEFT)
                .maxWidth(
                        Math.max(NARROWEST_NAME, Wrapping.WIDTH - FIGURES_WIDTH - defensesWidth),
                        OverflowBehaviour.ELLIPSIS_CENTER)
                .with(Deployment::id);
    }

    private static ColumnData<Deployment> figure(String header, Function<Deployment, String> figure) {
        return new Column()
                .header(header)
                .headerAlign(HorizontalAlign.RIGHT)
                .dataAlign(HorizontalAlign.RIGHT)
                .with(figure);
    }

    private static ColumnData<Deployment> fidelity(String header, Function<Fidelity, String> figure) {
        return figure(header, it -> it.fidelity() == null ? Figures.NONE : figure.apply(it.fidelity()));
    }

    private static ColumnData<Deployment> kernels(String header, Function<KernelEvidence, String> figure) {
        return figure(header, it -> it.kernels() == null ? Figures.NONE : figure.apply(it.kernels()));
    }

    private static String size(Deployment it) {
        return it.artifact() == null
                ? Figures.NONE
                : Figures.bytes(it.artifact().bytes());
    }

    private static String symbol(Deployment deployment, String defense) {
        return decision(deployment, defense).map(it -> Look.of(it).symbol()).orElse("");
    }

    private static Optional<Decision> decision(Deployment deployment, String defense) {
        return deployment.defenses().stream()
                .filter(it -> it.id().equals(defense))
                .map(DefenseResult::decision)
                .findFirst();
    }

    /** {@code strip} stays, {@code neural-cleanse} becomes {@code NC}. */
    static String abbreviation(String id) {
        return id.indexOf('-') < 0
                ? id
                : Arrays.stream(id.split("-"))
                        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT))
                        .collect(Collectors.joining());
    }

    private String legend() {
        return Wrapping.wrapped(
                        "",
                        "same: answers as FP32; int, 4-bit: MACs on such kernels; ASR: attack success of the trigger")
                + decisions(defenses);
    }

    /** What the symbols of decisions and the abbreviations of these defenses mean; nothing where there are none. */
    static String decisions(List<String> defenses) {
        String symbols = Arrays.stream(Decision.values())
                .map(it -> Look.of(it).symbol() + " " + Look.of(it).word())
                .collect(Collectors.joining(", "));
        String names = defenses.stream()
                .filter(id -> !abbreviation(id).equals(id))
                .map(id -> abbreviation(id) + " " + id)
                .collect(Collectors.joining(", "));
        return (defenses.isEmpty() ? "" : Wrapping.wrapped("", symbols))
                + (names.isEmpty() ? "" : Wrapping.wrapped("", names));
    }

    /** Which deployments' gradients were had how; those that cannot be trusted say why. */
    private String gradients() {
        Map<String, List<String>> byEstimator = new LinkedHashMap<>();
        for (Deployment deployment : result.deployments()) {
            Gradient gradient = deployment.gradient();
            if (gradient != null) {
                byEstimator
                        .computeIfAbsent(gradient.estimator(), key -> new ArrayList<>())
                        .add(
                                gradient.defect() == null
                                        ? deployment.id()
                                        : "%s (not trusted: %s)".formatted(deployment.id(), gradient.defect()));
            }
        }
        return byEstimator.entrySet().stream()
                .map(it -> it.getKey() + " on " + String.join(", ", it.getValue()))
                .collect(Collectors.joining("; "));
    }

    private String findings() {
        String counts = result.findingCounts().entrySet().stream()
                .map(it -> it.getValue() + " " + Look.of(it.getKey()).word())
                .collect(Collectors.joining(", "));
        return counts.isEmpty() ? "none" : counts;
    }

    /** Which findings the severe ones are, the most severe first. */
    private String severeFindings() {
        return result.findingCounts().keySet().stream()
                .filter(severity -> severity.compareTo(Severity.HIGH) >= 0)
                .map(severity ->
                        Wrapping.wrapped("    %s: ".formatted(Look.of(severity).word()), kinds(severity)))
                .collect(Collectors.joining());
    }

    private String kinds(Severity severity) {
        Map<String, Long> kinds = result.findings().stream()
                .filter(finding -> finding.severity() == severity)
                .collect(Collectors.groupingBy(Finding::id, LinkedHashMap::new, Collectors.counting()));
        return kinds.entrySet().stream()
                .map(it -> it.getValue() == 1 ? it.getKey() : it.getKey() + " ×" + it.getValue())
                .collect(Collectors.joining(", "));
    }

    /** Spaces everywhere but a line beneath the header; see the order of characters in {@link AsciiTable}. */
    static Character[] headerLineOnly() {
        Character[] border = AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS_NO_OUTSIDE_BORDER.clone();
        for (int i = 0; i < border.length; i++) {
            border[i] = Objects.equals(border[i], '-') ? border[i] : null;
        }
        return border;
    }

    private Styler styler() {
        return new Styler() {
            @Override
            public List<String> styleCell(Column column, int row, int col, List<String> lines) {
                int defense = col - 1 - FIGURES.size();
                return defense < 0
                        ? lines
                        : decision(result.deployments().get(row), defenses.get(defense))
                                .map(it -> colouredSymbol(lines, Look.of(it)))
                                .orElse(lines);
            }
        };
    }

    private List<String> colouredSymbol(List<String> lines, Look look) {
        return lines.stream()
                .map(line -> line.replace(look.symbol(), coloured(look.symbol(), look.tone())))
                .toList();
    }

    private String coloured(String text, Tone tone) {
        return colour ? "\u001b[" + tone.ansi() + "m" + text + "\u001b[0m" : text;
    }
}
