package dev.assay.report;

import dev.assay.OutputException;
import dev.assay.audit.AuditResult;
import dev.assay.audit.WholeFile;
import java.nio.file.Path;
import java.util.function.Function;

/** The formats that a result can be reported in, each made from the result alone. */
public enum Format {
    HTML("html", "index.html", HtmlReport::render),
    TEXT("text", "summary.txt", result -> SummaryTable.render(result, false)),
    SARIF("sarif", "assay.sarif", SarifReport::render),
    JUNIT("junit", "junit.xml", JUnitReport::render),
    CYCLONEDX("cyclonedx", "bom.cdx.json", CycloneDxReport::render),
    IN_TOTO("in-toto", "test-result.intoto.json", InTotoReport::render);

    private final String id;
    private final String fileName;
    private final Function<AuditResult, String> renderer;

    Format(String id, String fileName, Function<AuditResult, String> renderer) {
        this.id = id;
        this.fileName = fileName;
        this.renderer = renderer;
    }

    /** Its name on the command line. */
    public String id() {
        return id;
    }

    /** The name of its file beside {@code audit.json}. */
    public String fileName() {
        return fileName;
    }

    /** Returns the report. Equal results give equal reports. */
    public String render(AuditResult result) {
        return renderer.apply(result);
    }

    /**
     * Writes the report whole or not at all.
     *
     * @throws OutputException if the file cannot be written
     */
    public void write(AuditResult result, Path file) {
        WholeFile.write(file, render(result));
    }
}
