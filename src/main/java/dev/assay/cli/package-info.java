/**
 * The command line: a class for each subcommand, which parses, calls one library method and prints; mixins for options
 * that several share. The only package that sees picocli; only {@link dev.assay.cli.Main} sees standard streams.
 */
@NullMarked
package dev.assay.cli;

import org.jspecify.annotations.NullMarked;
