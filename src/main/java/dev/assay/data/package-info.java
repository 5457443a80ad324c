/**
 * Labelled 8-bit RGB images, the formats they are read from, the preprocessing that turns them into a model's input,
 * and known triggers. Everything a user hands in is checked on reading; what is broken is an
 * {@link dev.assay.InvalidDataException} that names the file.
 */
@NullMarked
package dev.assay.data;

import org.jspecify.annotations.NullMarked;
