package dev.assay.report;

import static dev.assay.report.DataTable.column;
import static j2html.TagCreator.code;
import static j2html.TagCreator.details;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.p;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.text;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.KernelEvidence.Arithmetic;
import dev.assay.runtime.KernelEvidence.Kernel;
import j2html.tags.DomContent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which kernels ran: multiply-accumulates by arithmetic, then every node. */
final class KernelsSection implements Section {
    private static final Map<Arithmetic, String> WORDS = Map.ofEntries(
            Map.entry(Arithmetic.INTEGER, "integer"),
            Map.entry(Arithmetic.FOUR_BIT, "4-bit"),
            Map.entry(Arithmetic.FLOAT_THOUGH_QUANTIZED, "float though quantized"),
            Map.entry(Arithmetic.FLOAT, "float"),
            Map.entry(Arithmetic.UNTOLD, "not told"));

    private static final DataTable<Kernel> NODES = new DataTable<>(
            "Nodes and the kernels that computed them",
            List.of(
                    column("Node", it -> Cell.name(it.node())),
                    column("Executed as", "executed-as", it -> Cell.name(it.executedAs())),
                    column("Arithmetic", it -> Cell.of(word(it.arithmetic()))),
                    column("MACs", "macs", it -> Cell.scaled(it.macs())),
                    column("µs", "micros", it -> Cell.number(it.micros())),
                    column("Provider", it -> Cell.of(it.provider())),
                    column("Why float", "why-float", it -> Cell.of(it.whyFloat() == null ? "" : it.whyFloat()))));

    @Override
    public String id() {
        return "kernels";
    }

    @Override
    public String title() {
        return "Kernel evidence";
    }

    @Override
    public @Nullable DomContent body(AuditResult result) {
        List<Measured<KernelEvidence>> measured = Measured.of(result, Deployment::kernels);
        if (measured.isEmpty()) {
            return null;
        }
        return each(
                p(Explanations.of("kernels")).withClass("lead"),
                bars(measured).render(Explanations.of("kernels-chart")),
                h3("Every node"),
                each(measured, KernelsSection::nodes));
    }

    private static Chart bars(List<Measured<KernelEvidence>> measured) {
        return new Chart(
                Chart.Kind.STACKED_BARS,
                "Multiply-accumulates for one image, by the arithmetic that ran",
                "Deployment",
                "MACs",
                measured.stream().map(Measured::id).toList(),
                Arrays.stream(Arithmetic.values())
                        .filter(arithmetic -> arithmetic != Arithmetic.UNTOLD || occurs(arithmetic, measured))
                        .map(arithmetic -> new Chart.Series(
                                word(arithmetic),
                                measured.stream()
                                        .map(it -> (double) it.value().macs(arithmetic))
                                        .toList()))
                        .toList(),
                null);
    }

    private static boolean occurs(Arithmetic arithmetic, List<Measured<KernelEvidence>> measured) {
        return measured.stream().anyMatch(it -> it.value().macs(arithmetic) > 0);
    }

    private static DomContent nodes(Measured<KernelEvidence> measured) {
        List<Kernel> nodes = measured.value().nodes();
        String whyUnknown = measured.value().whyUnknown();
        return details(
                summary(code(measured.id()), text(" " + nodes.size() + " nodes")),
                iff(whyUnknown != null, p("A share is not known: " + whyUnknown + ".")),
                NODES.render(nodes));
    }

    private static String word(Arithmetic arithmetic) {
        String word = WORDS.get(arithmetic);
        if (word == null) {
            throw new IllegalStateException("no word for " + arithmetic);
        }
        return word;
    }
}
