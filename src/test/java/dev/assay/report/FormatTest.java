package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditFixtures;
import dev.assay.audit.AuditResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every format; those for pipelines keep to their schemas whatever the result holds. */
class FormatTest {
    private static final List<Format> FOR_PIPELINES =
            List.of(Format.SARIF, Format.JUNIT, Format.CYCLONEDX, Format.IN_TOTO);

    private static final List<String> HOSTILE = List.of(
            "]]>",
            "<![CDATA[",
            "</testsuites><!-- &amp; -->",
            "\" ' onload=\"x",
            "{0} {{ [click](https://example.com) \\",
            "\u0000\u0001\u0007\u001b[31m\u007f\u0085",
            "a\tb\r\nc\u2028d\u202e",
            "日本語 ñ 🙂",
            "half a pair \ud83d, the other \ude42, \uffff\ufffe",
            "../a b/c:d?e#f%41");

    static Stream<Arguments> reports() {
        List<AuditResult> results = new ArrayList<>(List.of(
                AuditFixtures.full(),
                AuditFixtures.full().withoutTiming(),
                AuditFixtures.fullWith(List.of("activation-clustering", "fine-pruning")),
                AuditFixtures.minimal(),
                AuditFixtures.failed()));
        HOSTILE.forEach(text -> results.add(AuditFixtures.withUntrusted(text)));
        return FOR_PIPELINES.stream().flatMap(format -> results.stream().map(result -> Arguments.of(format, result)));
    }

    @ParameterizedTest
    @MethodSource("reports")
    void keepsToItsSchema(Format format, AuditResult result, @TempDir Path folder) throws IOException {
        Path file = folder.resolve(format.fileName());

        format.write(result, file);

        String report = Files.readString(file);
        assertThat(FormatSchemas.violations(format, report)).isEmpty();
        assertThat(report).doesNotContain("NaN").endsWith("\n").doesNotContain("\r");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SARIF | \"level\" : \"error\" | \"level\" : \"fatal\"",
                "SARIF | \"exitCode\" : 1 | \"exitCode\" : \"1\"",
                "SARIF | \"uri\" : \"models/ | \"uri\" : \"models\\\\/",
                "SARIF | \"startTimeUtc\" : \"2026 | \"startTimeUtc\" : \"on 2026",
                "CYCLONEDX | \"machine-learning-model\" | \"model\"",
                "CYCLONEDX | \"SHA-256\" | \"SHA256\"",
                "CYCLONEDX | \"value\" : \"0.9127\" | \"value\" : 0.9127",
                "CYCLONEDX | urn:uuid: | uuid:",
                "IN_TOTO | FAILED | MAYBE",
                "IN_TOTO | \"sha256\" : \"3f9a | \"sha256\" : \"XXXX",
                "JUNIT | <failure message= | <failure note=",
                "JUNIT | time=\"41.200\" | time=\"41,200\"",
                "JUNIT | skipped=\"1\" | skipped=\"one\"",
            })
    void schemasRefuseWhatIsBroken(Format format, String sound, String broken) throws IOException {
        String report = format.render(AuditFixtures.full());
        assertThat(report).contains(sound);

        assertThat(FormatSchemas.violations(format, report.replace(sound, broken)))
                .isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"HTML", "TEXT"})
    void matchesItsGoldenFile(Format format) throws IOException {
        Golden.assertMatches(format.render(AuditFixtures.full()), "full-" + format.fileName());
    }

    @ParameterizedTest
    @EnumSource
    void replacesWhatIsThereWholly(Format format, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve(format.fileName()), "old");

        format.write(AuditFixtures.minimal(), file);

        assertThat(file).hasContent(format.render(AuditFixtures.minimal()));
        assertThat(folder).isDirectoryNotContaining(other -> !other.equals(file));
    }
}
