package dev.assay.cli;

import dev.assay.audit.AuditRequest;
import dev.assay.defense.Budget;
import dev.assay.quant.Scheme;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which deployments: every scheme on every session. */
final class PlanOptions {
    @Option(
            names = "--schemes",
            paramLabel = "LIST",
            description = "How artifacts are made: fp32, int8-dynamic, int8-static, int8-qoperator, int8-symmetric,"
                    + " int4-weight, int4-kernel, int4-simulated, int8-linear-only, or all."
                    + " Default: fp32,int8-dynamic,int8-static,int4-weight.")
    private Schemes schemes = new Schemes(AuditRequest.Plan.DEFAULT_SCHEMES);

    @Option(
            names = "--accuracy-levels",
            paramLabel = "LIST",
            split = ",",
            description = "Accuracy levels of 4-bit MatMuls: 0 keeps activations float, 4 quantizes them to 8 bits."
                    + " Default: ONNX Runtime's, which is 4.")
    private List<Integer> accuracyLevels = List.of();

    @Option(names = "--budget", paramLabel = "NAME", description = "quick, standard or thorough. Default: standard.")
    private Budget budget = Budget.STANDARD;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of everything random. Default: 7.")
    private long seed = 7;

    @Mixin
    private SessionOptions sessions;

    @Mixin
    private QuantizationOptions quantization;

    /** What {@code --schemes} takes: a list of ids, or all. */
    record Schemes(List<Scheme> schemes) {}

    /** The plan with the defenses of these ids. */
    AuditRequest.Plan plan(List<String> defenses) {
        return new AuditRequest.Plan(
                schemes.schemes(), quantization.config(), sessions.specs(), accuracyLevels, defenses);
    }

    Budget budget() {
        return budget;
    }

    long seed() {
        return seed;
    }
}
