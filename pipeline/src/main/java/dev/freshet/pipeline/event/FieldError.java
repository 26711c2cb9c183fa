package dev.freshet.pipeline.event;

/**
 * What is wrong with one field of a record.
 *
 * @param field path of the field, for instance {@code attributes.year}; empty for the whole record
 * @param reason a sentence that names the field, the limit and the value
 */
public record FieldError(String field, String reason) {}
