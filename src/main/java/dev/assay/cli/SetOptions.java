package dev.assay.cli;

import dev.assay.audit.ZooRequest.BySet;
import dev.assay.data.DataSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which images, for models that may be of different data sets. */
final class SetOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--data",
            paramLabel = "[SET=]SPEC",
            required = true,
            description = "Labelled clean images for models whose sidecar names the data set SET, or for all others."
                    + " SPEC is as for audit. May be repeated.")
    private List<NamedSpec> data = List.of();

    @Option(
            names = "--calibration",
            paramLabel = "[SET=]SPEC",
            description = "Images that choose activation ranges, likewise."
                    + " Default: a part of --data kept apart from evaluation.")
    private List<NamedSpec> calibration = List.of();

    @Option(
            names = "--training",
            paramLabel = "[SET=]SPEC",
            description = "Clean training images, likewise, for the defenses that judge training sets; see --poison.")
    private List<NamedSpec> training = List.of();

    /** Images of one data set, or, where its name is empty, of all that are not named. */
    record NamedSpec(String set, DataSpec spec) {
        private static final Pattern NAMED = Pattern.compile("([\\w.-]+)=(.*)");

        static NamedSpec parse(String text) {
            Matcher matcher = NAMED.matcher(text);
            return matcher.matches()
                    ? new NamedSpec(matcher.group(1), DataSpec.parse(matcher.group(2)))
                    : new NamedSpec("", DataSpec.parse(text));
        }
    }

    BySet data() {
        return bySet("--data", data);
    }

    BySet calibration() {
        return bySet("--calibration", calibration);
    }

    BySet training() {
        return bySet("--training", training);
    }

    private BySet bySet(String option, List<NamedSpec> named) {
        Map<String, DataSpec> specs = new TreeMap<>();
        for (NamedSpec one : named) {
            if (specs.put(one.set(), one.spec()) != null) {
                throw new ParameterException(
                        command.commandLine(),
                        "Invalid value for option '%s': expected one SPEC%s, got two"
                                .formatted(option, one.set().isEmpty() ? "" : " for " + one.set()));
            }
        }
        return new BySet(specs);
    }
}
