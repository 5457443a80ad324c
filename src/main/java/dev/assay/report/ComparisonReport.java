package dev.assay.report;

import dev.assay.audit.AuditResult;
import dev.assay.audit.WholeFile;
import java.nio.file.Path;
import java.util.List;

/**
 * The page of a comparison: where deployments part from the reference, in the look of {@link HtmlReport}. It gives no
 * verdict, for no defense was run.
 */
public final class ComparisonReport {
    private static final List<Section> SECTIONS = List.of(
            new DeploymentsSection(),
            new LayersSection(),
            new FlipsSection(),
            new ClassDriftSection(),
            new KernelsSection(),
            new SaturationSection(),
            new FindingsSection(),
            new SkipsSection(),
            new ProvenanceSection(),
            new TimingSection());

    private ComparisonReport() {}

    /** Returns the page. Equal results give equal pages. */
    public static String render(AuditResult result) {
        return HtmlReport.page(result, "comparison", " comparison of deployments", SECTIONS);
    }

    /**
     * Writes the page whole or not at all.
     *
     * @throws dev.assay.OutputException if the file cannot be written
     */
    public static void write(AuditResult result, Path file) {
        WholeFile.write(file, render(result));
    }
}
