package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.study.StudyFixtures;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlindspotsReportTest {
    @Test
    void pageMatchesItsGoldenFile() throws IOException {
        Golden.assertMatches(markup("cifar10_badnets"), "blindspots.html");
    }

    @Test
    void tableMatchesItsGoldenFile() throws IOException {
        String table = BlindspotsTable.render(StudyFixtures.result("cifar10_badnets"));
        Golden.assertMatches(table, "blindspots.txt");
        assertThat(table.lines()).allMatch(line -> line.length() <= Wrapping.WIDTH);
    }

    @Test
    void untrustedTextNeverBecomesMarkup() {
        String hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>";
        assertThat(markup(hostile)).doesNotContain("<script>alert", "<img").contains("&lt;img src=x");
    }

    @Test
    void writesThePage(@TempDir Path folder) {
        Path file = folder.resolve("deep/index.html");
        BlindspotsReport.write(StudyFixtures.result("model"), file);
        assertThat(file).hasContent(BlindspotsReport.render(StudyFixtures.result("model")));
    }

    private static String markup(String text) {
        return BlindspotsReport.render(StudyFixtures.result(text))
                .replaceAll("(?s)<style>.*?</style>", "<style></style>")
                .replaceAll("(?s)<script>(?!alert).*?</script>", "<script></script>")
                .replaceAll("&#x27;sha256-[^&]+&#x27;", "'sha256-…'")
                .replace("><", ">\n<");
    }
}
