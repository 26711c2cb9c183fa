package dev.freshet.pipeline.search;

import java.util.Map;

/**
 * A document in an answer.
 *
 * @param id document id
 * @param score inner product of the query with the document's best passage
 * @param title empty where the document has none
 * @param snippet the best passage's text
 * @param attributes the document's attributes
 */
public record Hit(
    String id, double score, String title, String snippet, Map<String, Object> attributes) {}
