package dev.assay.report;

import dev.assay.audit.AuditResult;
import j2html.tags.DomContent;
import org.jspecify.annotations.Nullable;

/** One part of the page: a class, and a line in {@link HtmlReport}. Reads the result; computes nothing. */
interface Section {
    /** The anchor, unique on the page. */
    String id();

    /** The heading. */
    String title();

    /** The content beneath the heading, or null where the result has nothing to show. */
    @Nullable
    DomContent body(AuditResult result);
}
