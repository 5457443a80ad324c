package dev.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditRequest;
import dev.assay.data.DataSpec;
import dev.assay.data.Preprocessing;
import dev.assay.data.Preprocessing.Layout;
import dev.assay.quant.Scheme;
import dev.assay.runtime.Optimization;
import dev.assay.runtime.Provider;
import dev.assay.runtime.SessionSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that commands share, in a command that has them all. */
class OptionsTest {
    @TempDir
    private Path folder;

    @Command(name = "test")
    private static final class Everything implements Callable<Integer> {
        private final Path model;

        @Mixin
        private PreprocessingOptions preprocessing;

        @Mixin
        private DataOptions data;

        @Mixin
        private SessionOptions sessions;

        @Option(names = "--schemes", split = ",")
        private List<Scheme> schemes = new ArrayList<>();

        @Option(names = "--defenses")
        private DefenseIds defenses = new DefenseIds(AuditRequest.Plan.DEFENSES);

        private @Nullable Preprocessing foundPreprocessing;
        private @Nullable DataSpec foundData;
        private @Nullable List<SessionSpec> foundSessions;

        Everything(Path model) {
            this.model = model;
        }

        @Override
        public Integer call() {
            foundPreprocessing = preprocessing.preprocessing(model, Layout.NHWC);
            foundSessions = sessions.specs();
            foundData = data.data();
            return 0;
        }
    }

    private final List<String> required = List.of("--data", "cifar10:images");

    private Everything everything() {
        return new Everything(folder.resolve("model.onnx"));
    }

    private Run run(Everything command, String... more) {
        List<String> arguments = new ArrayList<>(required);
        arguments.addAll(List.of(more));
        return Run.command(command, arguments.toArray(String[]::new));
    }

    @Test
    void defaults() {
        Everything command = everything();
        assertThat(run(command)).isEqualTo(new Run(0, "", ""));
        assertThat(command.foundPreprocessing).isEqualTo(Preprocessing.DEFAULT.withLayout("nhwc"));
        int cores = Runtime.getRuntime().availableProcessors();
        assertThat(command.foundSessions).containsExactly(SessionSpec.cpu(cores));
        assertThat(command.foundData).isEqualTo(DataSpec.parse("cifar10:images"));
        assertThat(command.schemes).isEmpty();
        assertThat(command.defenses.ids())
                .containsExactly(
                        "neural-cleanse", "activation-clustering", "spectral-signatures", "strip", "fine-pruning");
        assertThat(command.data.calibration()).isEmpty();
        assertThat(command.data.images())
                .isEqualTo(new AuditRequest.Images(DataSpec.parse("cifar10:images"), null, null, null));
    }

    @Test
    void singleOptionsOverrideTheSidecarWhichIsNamed() throws IOException {
        Path sidecar =
                Files.writeString(folder.resolve("model.json"), "{\"mean\": [0.1, 0.2, 0.3], \"range\": [0, 255]}");
        Everything command = everything();
        assertThat(run(command, "--range", "-1..1", "--order", "bgr").err())
                .isEqualTo("assay: preprocessing taken from " + sidecar + "\n");
        assertThat(command.foundPreprocessing)
                .isEqualTo(Preprocessing.DEFAULT
                        .withLayout("nhwc")
                        .withRange("-1..1")
                        .withMean("0.1,0.2,0.3")
                        .withOrder("bgr"));
    }

    @Test
    void aNamedFileGoesBeforeTheSidecar() throws IOException {
        Files.writeString(folder.resolve("model.json"), "{\"range\": [0, 255]}");
        Path named = Files.writeString(folder.resolve("named.json"), "{\"std\": [2, 2, 2]}");
        Everything command = everything();
        assertThat(run(command, "--preprocessing", named.toString()).err()).isEmpty();
        assertThat(command.foundPreprocessing)
                .isEqualTo(Preprocessing.DEFAULT.withLayout("nhwc").withStd("2"));
    }

    @Test
    void aJsonFileBesideTheModelMayBeAboutSomethingElse() throws IOException {
        Files.writeString(folder.resolve("model.json"), "{\"epochs\": 18}");
        Everything command = everything();
        assertThat(run(command).err()).isEmpty();
        assertThat(command.foundPreprocessing).isEqualTo(Preprocessing.DEFAULT.withLayout("nhwc"));
    }

    @Test
    void everyProviderRunsAtEveryLevel() {
        Everything command = everything();
        run(command, "--providers", "cuda,cpu", "--optimization", "all,basic", "--threads", "3");
        assertThat(command.foundSessions)
                .containsExactlyInAnyOrder(
                        spec(Provider.CPU, Optimization.BASIC),
                        spec(Provider.CPU, Optimization.ALL),
                        spec(Provider.CUDA, Optimization.BASIC),
                        spec(Provider.CUDA, Optimization.ALL));
    }

    private static SessionSpec spec(Provider provider, Optimization level) {
        return SessionSpec.cpu(3).on(provider).at(level);
    }

    @Test
    void defensesAreNamedOrNone() {
        Everything command = everything();
        run(command, "--defenses", "strip,neural-cleanse,strip");
        assertThat(command.defenses.ids()).containsExactly("strip", "neural-cleanse");
        run(command, "--defenses", "none");
        assertThat(command.defenses.ids()).isEmpty();
        assertThat(Run.assay("audit", "--help").out().replaceAll("\\s+", " "))
                .contains(
                        "neural-cleanse, activation-clustering, spectral-signatures, strip, fine-pruning, or none. Default: all.");
    }

    @Test
    void whatMakesNoSenseIsWrongUsage() {
        assertWrong("--schemes", "int8-static,int9", "expected one of fp32, int8-dynamic, ");
        assertWrong(
                "--defenses",
                "strip,exorcism",
                "expected one of neural-cleanse, activation-clustering, spectral-signatures, strip, fine-pruning, got 'exorcism'");
        assertWrong("--optimization", "most", "expected one of none, basic, extended, all, got 'most'");
        assertWrong("--threads", "0", "expected at least 1, got 0");
        assertWrong("--mean", "red", "mean: expected a number, got 'red'");
        assertWrong("--std", "0", "expected three positive numbers");
        assertWrong("--calibration", "tar:images", "expected kind:PATH with kind one of cifar10, ");
    }

    private void assertWrong(String option, String value, String message) {
        Run run = run(everything(), option, value);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("assay: Invalid value for option '" + option + "'")
                .contains(message)
                .endsWith("Try 'assay test --help'.\n")
                .hasLineCount(2);
    }

    @Command(name = "plan")
    private static final class Planned implements Callable<Integer> {
        @Mixin
        private PlanOptions plan;

        @Override
        public Integer call() {
            plan.plan(List.of(), List.of());
            return 0;
        }
    }

    @Test
    void accuracyLevelsAreThoseOfOnnxRuntime() {
        assertThat(Run.command(new Planned(), "--accuracy-levels", "0,1,2,3,4")).isEqualTo(new Run(0, "", ""));
        for (String none : List.of("-1", "5")) {
            assertThat(Run.command(new Planned(), "--accuracy-levels", "4," + none))
                    .isEqualTo(new Run(
                            2,
                            "",
                            "assay: Invalid value for option '--accuracy-levels': expected 0 to 4, got " + none
                                    + "\nTry 'assay plan --help'.\n"));
        }
    }

    @Test
    void dataIsRequiredWhereItIsUsed() {
        Run run = Run.command(everything());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("assay: Missing required option '--data=SPEC'\n");
    }
}
