package dev.assay.cli;

import dev.assay.AssayException;
import dev.assay.attack.Attack;
import dev.assay.attack.Attacks;
import dev.assay.audit.Severity;
import dev.assay.data.DataSpec;
import dev.assay.data.Preprocessing.Layout;
import dev.assay.defense.Budget;
import dev.assay.quant.Calibrator;
import dev.assay.quant.Rounding;
import dev.assay.quant.Scheme;
import dev.assay.report.Format;
import dev.assay.runtime.Optimization;
import dev.assay.runtime.Provider;
import dev.assay.train.Schedule;
import dev.assay.train.TrainingConfig;
import dev.assay.train.net.Network;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How the text of an option becomes a value; what does not is a usage error that says what would. */
final class Converters {
    private Converters() {}

    /** Makes a command and its subcommands understand Assay's types. */
    static void register(CommandLine commandLine) {
        commandLine
                .registerConverter(Scheme.class, oneOf(Scheme.values(), Scheme::id))
                .registerConverter(Provider.class, oneOf(Provider.values(), Provider::id))
                .registerConverter(Optimization.class, oneOf(Optimization.values(), Optimization::id))
                .registerConverter(Calibrator.class, oneOf(Calibrator.values(), Calibrator::id))
                .registerConverter(Rounding.class, oneOf(Rounding.values(), Rounding::id))
                .registerConverter(Layout.class, oneOf(Layout.values(), layout -> layout.name()
                        .toLowerCase(Locale.ROOT)))
                .registerConverter(PlanOptions.Schemes.class, PlanOptions.Schemes::parse)
                .registerConverter(DefenseIds.class, DefenseIds::parse)
                .registerConverter(Budget.class, oneOf(Budget.values(), Budget::id))
                .registerConverter(Format.class, oneOf(Format.values(), Format::id))
                .registerConverter(Severity.class, oneOf(Severity.values(), severity -> severity.name()
                        .toLowerCase(Locale.ROOT)))
                .registerConverter(Network.class, oneOf(Network.values(), Network::id))
                .registerConverter(Schedule.class, oneOf(Schedule.values(), Schedule::id))
                .registerConverter(
                        TrainingConfig.Method.class, oneOf(TrainingConfig.Method.values(), TrainingConfig.Method::id))
                .registerConverter(Attack.class, checked(Attacks::parse))
                .registerConverter(DataSpec.class, checked(DataSpec::parse))
                .registerConverter(SetOptions.NamedSpec.class, checked(SetOptions.NamedSpec::parse))
                .registerConverter(InputOptions.Size.class, InputOptions.Size::parse);
    }

    static <T> ITypeConverter<T> oneOf(T[] values, Function<T, String> id) {
        return text -> Arrays.stream(values)
                .filter(value -> id.apply(value).equals(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("expected one of %s, got '%s'"
                        .formatted(Arrays.stream(values).map(id).collect(Collectors.joining(", ")), text)));
    }

    private static <T> ITypeConverter<T> checked(Function<String, T> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (AssayException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }
}
