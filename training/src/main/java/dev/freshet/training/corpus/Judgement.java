package dev.freshet.training.corpus;

/**
 * How relevant a document is to a query.
 *
 * @param grade 0 or less: not; 1 and more: the higher, the more relevant. In a generated corpus 2
 *     is the document that answers and 1 a sibling of it: the same thing and problem under another
 *     circumstance
 */
public record Judgement(String queryId, String documentId, int grade) {}
