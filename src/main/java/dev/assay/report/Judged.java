package dev.assay.report;

import dev.assay.defense.DefenseResult;

/**
 * What an {@link EvidenceView} is told beside the evidence.
 *
 * @param result what the defense found
 * @param deployment names what was judged
 * @param names of the classes
 * @param mostPictureCharacters characters of base64 that pictures may take
 */
record Judged(DefenseResult result, String deployment, ClassNames names, int mostPictureCharacters) {}
