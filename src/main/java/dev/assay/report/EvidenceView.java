package dev.assay.report;

import dev.assay.defense.Evidence;
import j2html.tags.DomContent;

/**
 * Draws the evidence of one defense: a class, and a line in {@link DefensesSection}.
 *
 * @param <E> the defense's evidence
 */
interface EvidenceView<E extends Evidence> {
    Class<E> kind();

    /** Returns the picture and figures that convince. */
    DomContent draw(E evidence, Judged judged);
}
