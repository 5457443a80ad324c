package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.Judgement;
import dev.assay.audit.Proportion;
import dev.assay.audit.Tally;
import dev.assay.audit.ZooResult;
import dev.assay.audit.ZooResult.Audited;
import dev.assay.audit.ZooResult.DeploymentMeans;
import dev.assay.audit.ZooResult.Outcome;
import dev.assay.audit.ZooResult.Rates;
import dev.assay.defense.Budget;
import dev.assay.defense.Decision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooReportTest {
    private static final String FP32 = "fp32/cpu/all";

    /** A backdoored model that was caught, a clean one that nothing can be said of, one that could not be opened. */
    private static ZooResult result(String text) {
        Judgement caught = new Judgement("neural-cleanse", Decision.DETECTED, text, 3.1, 2, List.of(0), true);
        Judgement unseen =
                new Judgement("neural-cleanse", Decision.INCONCLUSIVE, text, Double.NaN, 2, List.of(), false);
        Tally backdoored = new Tally(1, 0, 0, 0, 0, 1);
        Tally clean = new Tally(0, 0, 1, 0, 0, 0);
        return new ZooResult(
                ZooResult.SCHEMA,
                "0.1.0",
                text,
                Budget.QUICK,
                false,
                0.1,
                List.of(
                        new Audited(
                                text,
                                text,
                                text,
                                0,
                                7,
                                "bad/seed-7",
                                null,
                                0,
                                List.of(new Outcome(FP32, 0.93, 0.98, null, List.of(caught)))),
                        new Audited(
                                "good",
                                "shapes",
                                "none",
                                null,
                                7,
                                "good/seed-7",
                                null,
                                5,
                                List.of(
                                        new Outcome(FP32, 0.95, Double.NaN, null, List.of(unseen)),
                                        new Outcome("int4/cpu/all", Double.NaN, Double.NaN, text, List.of()))),
                        new Audited("broken", "", "none", null, 7, "broken/seed-7", text, 3, List.of())),
                List.of(new DeploymentMeans(FP32, 2, 0.94, 1, 0.98)),
                List.of(new Rates(
                        "neural-cleanse", FP32, backdoored, clean, Proportion.of(1, 1), Proportion.of(0, 1))));
    }

    @Test
    void pageMatchesItsGoldenFile() throws IOException {
        Golden.assertMatches(markup("models"), "evaluation.html");
    }

    @Test
    void tableMatchesItsGoldenFile() throws IOException {
        Golden.assertMatches(ZooTable.render(result("models")), "evaluation.txt");
        assertThat(ZooTable.render(result("a long story ".repeat(30))).lines())
                .allMatch(line -> line.length() <= Wrapping.WIDTH);
    }

    @Test
    void untrustedTextNeverBecomesMarkup() {
        String hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>";
        assertThat(markup(hostile)).doesNotContain("<script>alert", "<img").contains("&lt;img src=x");
    }

    @Test
    void writesThePage(@TempDir Path folder) {
        Path file = folder.resolve("deep/index.html");
        ZooReport.write(result("models"), file);
        assertThat(file).hasContent(ZooReport.render(result("models")));
    }

    private static String markup(String text) {
        return ZooReport.render(result(text))
                .replaceAll("(?s)<style>.*?</style>", "<style></style>")
                .replaceAll("(?s)<script>(?!alert).*?</script>", "<script></script>")
                .replaceAll("'sha256-[^']+'", "'sha256-…'")
                .replace("><", ">\n<");
    }
}
