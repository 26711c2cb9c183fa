/**
 * Retrieval over a whole collection, offline: for measuring models, not for serving; what the two
 * share ({@link Bm25}, {@link ReciprocalRankFusion}) is here too.
 *
 * <p>A {@link Retriever} answers queries with a {@link Run}, the ranking of each. {@link
 * Bm25Retriever} matches words, {@link DenseRetriever} compares vectors exactly, {@link
 * ReciprocalRankFusion} joins runs into one; {@link RunFile} is a run as TREC writes it. Rankings
 * are in the order that trec_eval would give them, so a run has the same scores whether it is
 * evaluated here or there.
 */
@NullMarked
package dev.freshet.training.retrieval;

import org.jspecify.annotations.NullMarked;
