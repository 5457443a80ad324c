/** Backdoor defenses: each judges one deployment and says what it saw, or that it could not see. */
@NullMarked
package dev.assay.defense;

import org.jspecify.annotations.NullMarked;
