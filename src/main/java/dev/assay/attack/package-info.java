/**
 * Backdoor attacks by poisoned training images: what the laboratory plants and the defenses have to find. {@code Attacks}
 * is the table of them.
 */
@NullMarked
package dev.assay.attack;

import org.jspecify.annotations.NullMarked;
