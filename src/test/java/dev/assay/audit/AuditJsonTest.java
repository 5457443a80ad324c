package dev.assay.audit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.InvalidDataException;
import dev.assay.OutputException;
import dev.assay.audit.AuditResult.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditJsonTest {
    private final Path folder;

    AuditJsonTest(@TempDir Path folder) {
        this.folder = folder;
    }

    static Stream<AuditResult> results() {
        return Stream.of(AuditFixtures.full(), AuditFixtures.minimal(), AuditFixtures.failed());
    }

    @ParameterizedTest
    @MethodSource("results")
    void readsWhatItWrote(AuditResult result) {
        Path file = folder.resolve("deep/audit.json");

        AuditJson.write(result, file);

        assertThat(AuditJson.read(file)).isEqualTo(result);
        assertThat(folder.resolve("deep")).isDirectoryNotContaining("glob:**.partial");
    }

    @Test
    void keysStandInTheOrderOfTheRecords() {
        assertThat(AuditJson.toJson(AuditFixtures.minimal()))
                .startsWith("{\n  \"schema\" : 1,\n  \"assay\" : \"0.1.0\",\n  \"seed\" : 0,\n  \"model\" : {\n")
                .endsWith("\n  }\n}\n");
    }

    @Test
    void mapsAreWrittenInOneOrder() {
        Map<String, Double> backwards = new LinkedHashMap<>();
        backwards.put("b", 1.0);
        backwards.put("a", 2.0);

        assertThat(AuditJson.toJson(withEvidence(backwards))).contains("\"a\" : 2.0,\n      \"b\" : 1.0");
    }

    @Test
    void undefinedFiguresBecomeNullAndComeBackAsNaN() {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("infinite", Double.POSITIVE_INFINITY);
        figures.put("undefined", Double.NaN);
        Path file = folder.resolve("audit.json");

        AuditJson.write(withEvidence(figures), file);

        assertThat(file).content().contains("\"infinite\" : null").doesNotContain("NaN", "Infinity");
        assertThat(AuditJson.read(file).findings().get(0).evidence())
                .containsEntry("infinite", Double.NaN)
                .containsEntry("undefined", Double.NaN);
    }

    @Test
    void figuresAreNotRounded() {
        Path file = folder.resolve("audit.json");
        Map<String, Double> figures = Map.of("third", 1 / 3.0, "tiny", Double.MIN_VALUE, "large", 2e21);

        AuditJson.write(withEvidence(figures), file);

        assertThat(AuditJson.read(file).findings().get(0).evidence()).isEqualTo(figures);
        assertThat(file).content().contains("\"large\" : 2.0E21");
    }

    @Test
    void resultsThatDifferInTimeOnlyAreEqualWithoutTiming() {
        AuditResult full = AuditFixtures.full();

        AuditResult still = full.withoutTiming();

        assertThat(still).isNotEqualTo(full);
        assertThat(still.timing()).isEqualTo(Timing.NONE);
        assertThat(requireNonNull(still.deployments().get(0).kernels()).nodes())
                .allMatch(kernel -> kernel.micros() == 0)
                .anyMatch(kernel -> kernel.macs() > 0);
        assertThat(still.withoutTiming()).isEqualTo(still);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "| expected an audit result of schema 1, got none",
                "[] | expected an audit result of schema 1, got none",
                "{\"schema\": 2} | expected an audit result of schema 1, got 2",
                "{\"schema\": 1} | :1: not an audit result: Missing creator property 'assay'; run the audit again",
                "{\"schema\": 1 | :1: not an audit result: Unexpected end-of-input: expected close marker for Object; run the audit again",
            })
    void refusesWhatIsNotAResult(@Nullable String content, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("audit.json"), content == null ? "" : content);

        assertThatThrownBy(() -> AuditJson.read(file))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void refusesUnknownKeys() throws IOException {
        String json = AuditJson.toJson(AuditFixtures.minimal()).replace("\"seed\"", "\"extra\" : 1, \"seed\"");
        Path file = Files.writeString(folder.resolve("audit.json"), json);

        assertThatThrownBy(() -> AuditJson.read(file))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("extra");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "findings"})
    void refusesNullWhereAValueIsNeeded(String key) throws IOException {
        String json = AuditJson.toJson(AuditFixtures.minimal())
                .replaceAll("(?s)\"%s\" : (\\{.*?\\}|\\[.*?\\])".formatted(key), "\"" + key + "\" : null");
        Path file = Files.writeString(folder.resolve("audit.json"), json);

        assertThatThrownBy(() -> AuditJson.read(file))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("not an audit result")
                .hasMessageNotContaining("\n");
    }

    @Test
    void namesTheFileThatIsMissingOrCannotBeWritten() {
        assertThatThrownBy(() -> AuditJson.read(folder.resolve("none.json")))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("none.json: cannot be read");
        assertThatThrownBy(() -> AuditJson.write(AuditFixtures.minimal(), folder))
                .isInstanceOf(OutputException.class)
                .hasMessageContaining("cannot be written");
    }

    private static AuditResult withEvidence(Map<String, Double> figures) {
        AuditResult minimal = AuditFixtures.minimal();
        return new AuditResult(
                minimal.schema(),
                minimal.assay(),
                minimal.seed(),
                minimal.model(),
                minimal.data(),
                minimal.environment(),
                minimal.verdict(),
                List.of(),
                List.of(),
                List.of(new Finding("some-finding", Severity.INFO, null, "message", figures)),
                minimal.timing());
    }
}
