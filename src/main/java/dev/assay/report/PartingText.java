package dev.assay.report;

import dev.assay.audit.AuditResult;
import dev.assay.audit.AuditResult.Deployment;
import dev.assay.fidelity.Fidelity;
import dev.assay.fidelity.Fidelity.Flip;
import dev.assay.fidelity.Parting;
import dev.assay.fidelity.Saturation;
import dev.assay.runtime.KernelEvidence;
import dev.assay.runtime.KernelEvidence.Kernel;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where deployments part from the reference, for the terminal: the layers that lose most, the images whose answer flips,
 * the nodes that ran in float although quantized, and whether another processor could answer differently.
 */
public final class PartingText {
    private static final int LISTED_FLIPS = 6;

    private final AuditResult result;

    private PartingText(AuditResult result) {
        this.result = result;
    }

    /** Returns the text, which ends with a newline. */
    public static String render(AuditResult result) {
        PartingText text = new PartingText(result);
        return result.deployments().stream()
                .filter(deployment -> deployment.fidelity() != null)
                .map(text::describe)
                .collect(Collectors.joining("\n"));
    }

    private String describe(Deployment deployment) {
        Fidelity fidelity = deployment.fidelity();
        KernelEvidence kernels = deployment.kernels();
        Saturation saturation = deployment.saturation();
        StringBuilder text = new StringBuilder(deployment.id()).append('\n');
        if (fidelity != null) {
            row(text, "answers", answers(fidelity));
            row(text, "layers", layers(fidelity));
            row(text, "flips", flips(fidelity));
        }
        if (kernels != null) {
            row(text, "in float", inFloat(kernels));
        }
        if (saturation != null) {
            row(text, "saturation", saturation(saturation));
        }
        return text.toString();
    }

    private static void row(StringBuilder text, String label, String value) {
        if (!value.isEmpty()) {
            text.append(Wrapping.wrapped("  %-12s".formatted(label), value));
        }
    }

    private static String answers(Fidelity fidelity) {
        return "%s %% as the reference, KL %s nats, largest logit difference %s"
                .formatted(
                        Figures.shortPercent(fidelity.top1Agreement()),
                        Figures.number(fidelity.meanKl()),
                        Figures.number(fidelity.maxAbsLogitError()));
    }

    private static String layers(Fidelity fidelity) {
        String note = fidelity.layersNote() == null ? "" : "; " + fidelity.layersNote();
        return Parting.of(fidelity.layers())
                        .map(parting -> "%s; largest drop %s dB at %s (%s dB)"
                                .formatted(
                                        parting.firstBelow() == null
                                                ? "none below %s dB".formatted(Figures.number(Parting.LOW_DB))
                                                : "below %s dB from %s on"
                                                        .formatted(
                                                                Figures.number(Parting.LOW_DB),
                                                                parting.firstBelow()
                                                                        .value()),
                                        Figures.number(parting.dropDb()),
                                        parting.largestDrop().value(),
                                        Figures.number(parting.largestDrop().sqnrDb())))
                        .orElse("no noise to compare")
                + note;
    }

    private String flips(Fidelity fidelity) {
        if (fidelity.flipCount() == 0) {
            return "none of %d images".formatted(fidelity.images());
        }
        String widest =
                fidelity.flips().stream().limit(LISTED_FLIPS).map(this::flip).collect(Collectors.joining(", "));
        return "%d of %d images; widest margins: %s".formatted(fidelity.flipCount(), fidelity.images(), widest);
    }

    /** {@code #17 cat→dog (1.2, 0.3)}: image, answers, and the margins of the reference and of the deployment. */
    private String flip(Flip flip) {
        return "#%d %s→%s (%s, %s)"
                .formatted(
                        flip.image(),
                        name(flip.reference()),
                        name(flip.deployed()),
                        Figures.margin(flip.referenceMargin()),
                        Figures.margin(flip.deployedMargin()));
    }

    private String name(int label) {
        List<String> names = result.data().classNames();
        return label < names.size() ? names.get(label) : Integer.toString(label);
    }

    private static String inFloat(KernelEvidence kernels) {
        Map<String, Long> reasons = kernels.nodes().stream()
                .filter(kernel -> kernel.whyFloat() != null)
                .collect(Collectors.groupingBy(Kernel::whyFloat, TreeMap::new, Collectors.counting()));
        return reasons.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .map(entry -> "%d quantized: %s".formatted(entry.getValue(), entry.getKey()))
                .collect(Collectors.joining("; "));
    }

    private static String saturation(Saturation saturation) {
        if (saturation.layers() == 0) {
            return "";
        }
        return saturation.layersAtRisk() == 0
                ? "none of %d U8S8 layers can saturate on a CPU without VNNI".formatted(saturation.layers())
                : "%d of %d U8S8 layers could saturate on a CPU without VNNI, up to %s times at %s"
                        .formatted(
                                saturation.layersAtRisk(),
                                saturation.layers(),
                                Figures.number(saturation.worstBound()),
                                saturation.worstNode());
    }
}
