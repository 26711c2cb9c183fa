package dev.freshet.pipeline.store;

/**
 * The characters of a document's text that one passage stands for.
 *
 * @param start UTF-16 index, inclusive
 * @param end UTF-16 index, exclusive
 */
public record PassageRange(int start, int end) {}
