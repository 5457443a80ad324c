/** Whether the models and images of the demo are what is said of them. */
@NullMarked
package dev.assay.demo;

import org.jspecify.annotations.NullMarked;
