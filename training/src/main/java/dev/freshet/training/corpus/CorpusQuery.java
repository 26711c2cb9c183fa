package dev.freshet.training.corpus;

import org.jspecify.annotations.Nullable;

/**
 * A query of a collection.
 *
 * @param text never blank
 * @param register how it is worded, null where the collection does not say
 */
public record CorpusQuery(String id, String text, @Nullable QueryRegister register) {}
