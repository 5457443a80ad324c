package dev.assay.cli;

import dev.assay.audit.AuditRequest;
import dev.assay.defense.Budget;
import dev.assay.quant.Scheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which deployments: every scheme on every session. */
final class PlanOptions {
    private static final int HIGHEST_ACCURACY_LEVEL = 4;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

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

    @Mixin
    private EffortOptions effort;

    @Mixin
    private SessionOptions sessions;

    @Mixin
    private QuantizationOptions quantization;

    /** What {@code --schemes} takes: a list of ids, or all. */
    record Schemes(List<Scheme> schemes) {
        private static final String ALL = "all";

        static Schemes parse(String text) throws Exception {
            if (text.equals(ALL)) {
                return new Schemes(List.of(Scheme.values()));
            }
            ITypeConverter<Scheme> converter = Converters.oneOf(Scheme.values(), Scheme::id);
            List<Scheme> schemes = new ArrayList<>();
            for (String id : text.split(",", -1)) {
                schemes.add(converter.convert(id));
            }
            return new Schemes(schemes.stream().distinct().toList());
        }
    }

    /**
     * The plan with these files of others and the defenses of these ids.
     *
     * @throws ParameterException if an option's value makes no sense
     */
    AuditRequest.Plan plan(List<Path> others, List<String> defenses) {
        accuracyLevels.stream()
                .filter(level -> level < 0 || level > HIGHEST_ACCURACY_LEVEL)
                .findFirst()
                .ifPresent(level -> {
                    throw new ParameterException(
                            command.commandLine(),
                            "Invalid value for option '--accuracy-levels': expected 0 to %d, got %d"
                                    .formatted(HIGHEST_ACCURACY_LEVEL, level));
                });
        return new AuditRequest.Plan(
                schemes.schemes(), others, quantization.config(), sessions.specs(), accuracyLevels, defenses);
    }

    Budget budget(Budget usual) {
        return effort.budget(usual);
    }

    long seed() {
        return effort.seed();
    }
}
