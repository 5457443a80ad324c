package dev.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.audit.AuditFixtures;
import dev.assay.audit.AuditJson;
import dev.assay.report.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReportCommandTest {
    private static final String MODEL = "src/test/resources/dev/assay/shapes/shapes_clean.onnx";
    private static final String IMAGES = "records:src/test/resources/dev/assay/shapes/shapes.bin#0..20";

    @TempDir
    private Path folder;

    private Path audit;

    @BeforeEach
    void writeAnAudit() {
        audit = folder.resolve("audit.json");
        AuditJson.write(AuditFixtures.full(), audit);
    }

    @ParameterizedTest
    @EnumSource
    void printsOrWritesAFormat(Format format) {
        String report = format.render(AuditJson.read(audit));
        Path file = folder.resolve("deep/report");

        assertThat(Run.assay("report", audit.toString(), "--format", format.id()))
                .isEqualTo(new Run(0, report, ""));
        assertThat(Run.assay("report", audit.toString(), "--format", format.id(), "--out", file.toString()))
                .isEqualTo(new Run(0, "", ""));
        assertThat(file).hasContent(report);
    }

    @Test
    void printsTheSummaryUnlessToldOtherwise() {
        assertThat(Run.assay("report", audit.toString()).out()).isEqualTo(Format.TEXT.render(AuditFixtures.full()));
    }

    @Test
    void anUnknownFormatIsWrongUsage() {
        Run run = Run.assay("report", audit.toString(), "--format", "pdf");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("assay: Invalid value for option '--format'")
                .contains("expected one of html, text, sarif, junit, cyclonedx, in-toto, got 'pdf'")
                .hasLineCount(2);
    }

    @Test
    void aFileThatCannotBeWrittenIsOneLine() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Run run = Run.assay(
                "report", audit.toString(), "--out", file.resolve("report.txt").toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("cannot be written").hasLineCount(1);
    }

    @Test
    void anAuditWritesWhatIsAskedFor() throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));
        Path stranger = Files.writeString(out.resolve("bom.cdx.json"), "of somebody else");
        Run run = Run.assay(
                "audit",
                MODEL,
                "--data",
                IMAGES,
                "--schemes",
                "fp32",
                "--defenses",
                "none",
                "--out",
                out.toString(),
                "--format",
                "sarif,junit");

        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).contains("index.html", "assay.sarif", "junit.xml", "audit.json");
        assertThat(out.resolve("index.html")).isRegularFile();
        assertThat(out.resolve("assay.sarif")).content().contains("\"version\" : \"2.1.0\"");
        assertThat(out.resolve("junit.xml")).content().contains("<testsuite name=\"fp32/cpu/all\"");
        assertThat(stranger).hasContent("of somebody else");
    }

    @Test
    void aFailedAuditLeavesNoReportOfAnEarlierOne() throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));
        Path old = Files.writeString(out.resolve("assay.sarif"), "old");
        Path damaged = Files.writeString(folder.resolve("damaged.onnx"), "no model");
        Run run =
                Run.assay("audit", damaged.toString(), "--data", IMAGES, "--out", out.toString(), "--format", "sarif");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(old).doesNotExist();
    }
}
