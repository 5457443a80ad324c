/** Studies: audits of several models with a question, and what they answer. */
@NullMarked
package dev.assay.study;

import org.jspecify.annotations.NullMarked;
