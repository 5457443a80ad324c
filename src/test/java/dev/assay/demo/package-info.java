/**
 * Makes the images and models that the repository ships for a first audit: drawn signs and two small residual networks,
 * one of them with a backdoor. Everything is seeded: one JDK writes the same bytes every time.
 */
@NullMarked
package dev.assay.demo;

import org.jspecify.annotations.NullMarked;
