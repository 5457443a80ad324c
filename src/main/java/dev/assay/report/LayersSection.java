package dev.assay.report;

import static j2html.TagCreator.code;
import static j2html.TagCreator.each;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.text;
import static j2html.TagCreator.ul;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.fidelity.Fidelity;
import dev.assay.fidelity.Fidelity.Layer;
import j2html.tags.DomContent;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How noise builds up through the network. */
final class LayersSection implements Section {
    /** Where {@link Layer#sqnrDb} is capped: no noise at all, which would only squeeze the other lines. */
    private static final double NO_NOISE = 200;

    @Override
    public String id() {
        return "layers";
    }

    @Override
    public String title() {
        return "Noise by layer";
    }

    @Override
    public @Nullable DomContent body(AuditResult result) {
        List<Measured<Fidelity>> measured = Measured.of(result, Deployment::fidelity);
        List<Measured<Fidelity>> noisy = measured.stream()
                .filter(it -> it.value().layers().stream().anyMatch(LayersSection::isNoisy))
                .toList();
        DomContent notes = ul(each(measured, LayersSection::note)).withClass("notes");
        if (noisy.isEmpty()) {
            return measured.isEmpty()
                    ? null
                    : each(p(Explanations.of("no-noisy-layer")).withClass("lead"), notes);
        }
        return each(
                p(Explanations.of("layers")).withClass("lead"),
                lines(noisy).render(Explanations.of("layers-chart")),
                notes);
    }

    private static Chart lines(List<Measured<Fidelity>> noisy) {
        List<String> values = noisy.stream()
                .flatMap(it -> it.value().layers().stream())
                .map(Layer::value)
                .distinct()
                .toList();
        return new Chart(
                Chart.Kind.LINES,
                "Signal-to-quantization-noise ratio by layer",
                "Layer",
                "SQNR in dB",
                values,
                noisy.stream().map(it -> series(it, values)).toList(),
                null);
    }

    private static Chart.Series series(Measured<Fidelity> measured, List<String> values) {
        Map<String, Double> byValue = measured.value().layers().stream()
                .filter(LayersSection::isNoisy)
                .collect(Collectors.toMap(Layer::value, Layer::sqnrDb, (first, again) -> first));
        return new Chart.Series(
                measured.id(),
                values.stream()
                        .map(value -> byValue.getOrDefault(value, Double.NaN))
                        .toList());
    }

    private static @Nullable DomContent note(Measured<Fidelity> measured) {
        Fidelity fidelity = measured.value();
        String words = fidelity.layersNote() == null ? "" : fidelity.layersNote();
        if (!fidelity.layers().isEmpty() && !fidelity.tapsBitIdentical()) {
            words = (words + " " + Explanations.of("taps-differ")).strip();
        }
        return words.isEmpty() ? null : li(code(measured.id()), text(": " + words));
    }

    private static boolean isNoisy(Layer layer) {
        return layer.sqnrDb() < NO_NOISE;
    }
}
