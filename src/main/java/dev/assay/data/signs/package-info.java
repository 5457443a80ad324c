/**
 * Traffic signs drawn by a program: a labelled data set that needs no download. The table {@code SignTable} says what the
 * signs look like, {@code Scene} puts one before a background as a camera might meet it, {@code Exposure} lights, blurs
 * and disturbs the picture.
 */
@NullMarked
package dev.assay.data.signs;

import org.jspecify.annotations.NullMarked;
