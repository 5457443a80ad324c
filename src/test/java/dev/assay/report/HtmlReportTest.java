package dev.assay.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditFixtures;
import dev.assay.audit.AuditResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlReportTest {
    private static final int TWO_MEGABYTES = 2_000_000;

    @Test
    void fullResultMatchesItsGoldenFile() throws IOException {
        Golden.assertMatches(markup(AuditFixtures.full()), "full.html");
    }

    @Test
    void minimalResultMatchesItsGoldenFile() throws IOException {
        Golden.assertMatches(markup(AuditFixtures.minimal()), "minimal.html");
    }

    @Test
    void failedResultMatchesItsGoldenFile() throws IOException {
        Golden.assertMatches(markup(AuditFixtures.failed()), "failed.html");
    }

    @Test
    void pageStaysSmall() {
        assertThat(HtmlReport.render(AuditFixtures.full()).getBytes(StandardCharsets.UTF_8))
                .hasSizeLessThan(TWO_MEGABYTES);
    }

    @Test
    void pageNamesNothingOutsideItself() {
        assertThat(markup(AuditFixtures.full()))
                .doesNotContain("http:", "https:", " src=\"/", "url(", "@import", "<link", "<iframe");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "</script><script>alert(1)</script>",
                "<img src=x onerror=alert(1)>",
                "\" onmouseover=\"alert(1)",
                "' onfocus='alert(1)",
                "<!--<script>",
                "a\u2028b\u2029c",
                "&lt;b&gt;",
            })
    void untrustedTextNeverBecomesMarkup(String text) {
        AuditResult harmless = AuditFixtures.withUntrusted("text");
        AuditResult hostile = AuditFixtures.withUntrusted(text);

        assertThat(tags(HtmlReport.render(hostile))).isEqualTo(tags(HtmlReport.render(harmless)));
    }

    @Test
    void chartDataEscapesWhatCouldEndItsElement() {
        assertThat(ScriptJson.of(List.of("</script>&\u2028\u2029<!--")))
                .isEqualTo("[\"\\u003c/script\\u003e\\u0026\\u2028\\u2029\\u003c!--\"]");
    }

    @Test
    void writesThePage(@TempDir Path folder) {
        Path file = folder.resolve("deep/index.html");

        HtmlReport.write(AuditFixtures.minimal(), file);

        assertThat(file).hasContent(HtmlReport.render(AuditFixtures.minimal()));
    }

    /** The page without its style, scripts and pictures, one tag a line. */
    private static String markup(AuditResult result) {
        return HtmlReport.render(result)
                .replaceAll("(?s)<style>.*?</style>", "<style></style>")
                .replaceAll("(?s)<script>.*?</script>", "<script></script>")
                .replaceAll("'sha256-[^']+'", "'sha256-…'")
                .replaceAll("base64,[^\"]+", "base64,…")
                .replace("><", ">\n<");
    }

    /** The names of all tags and of their attributes. */
    private static List<String> tags(String html) {
        Matcher tag = Pattern.compile("<(/?[a-z0-9]+)((?: [a-z-]+(?:=\"[^\"]*\")?)*)>")
                .matcher(html.replaceAll("(?s)<(style|script)>.*?</\\1>", ""));
        return tag.results()
                .map(it -> it.group(1) + it.group(2).replaceAll("=\"[^\"]*\"", ""))
                .toList();
    }
}
