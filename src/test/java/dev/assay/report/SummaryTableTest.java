package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditFixtures;
import dev.assay.audit.AuditResult;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SummaryTableTest {
    private static final int WIDTH = 100;

    static Stream<AuditResult> results() {
        return Stream.of(
                AuditFixtures.full(),
                AuditFixtures.fullWith(List.of("activation-clustering", "spectral-signatures", "fine-pruning")),
                AuditFixtures.controlled(),
                AuditFixtures.minimal(),
                AuditFixtures.failed());
    }

    @Test
    void matchesItsGoldenFile() throws IOException {
        Golden.assertMatches(SummaryTable.render(AuditFixtures.full(), false), "summary.txt");
    }

    @Test
    void matchesItsGoldenFileWithFiveDefenses() throws IOException {
        AuditResult result =
                AuditFixtures.fullWith(List.of("activation-clustering", "spectral-signatures", "fine-pruning"));

        Golden.assertMatches(SummaryTable.render(result, false), "summary-five-defenses.txt");
    }

    @Test
    void matchesItsGoldenFileWithControls() throws IOException {
        Golden.assertMatches(SummaryTable.render(AuditFixtures.controlled(), false), "summary-controls.txt");
    }

    @ParameterizedTest
    @MethodSource("results")
    void fitsTheTerminal(AuditResult result) {
        assertThat(SummaryTable.render(result, false).lines()).allMatch(line -> line.length() <= WIDTH);
    }

    @ParameterizedTest
    @MethodSource("results")
    void coloursAddNothingButColour(AuditResult result) {
        String coloured = SummaryTable.render(result, true);

        assertThat(coloured).contains("\u001b[");
        assertThat(coloured.replaceAll("\u001b\\[\\d+m", "")).isEqualTo(SummaryTable.render(result, false));
    }
}
