package dev.assay.inspect;

/**
 * Something about a model file that whoever ships it should know.
 *
 * @param id stable, kebab-case, never reused
 * @param message what it is and what follows from it
 */
public record Remark(String id, String message) {}
