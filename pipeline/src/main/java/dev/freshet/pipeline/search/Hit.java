package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.SearchMode;
import java.util.Map;

/**
 * A document in an answer.
 *
 * @param id document id
 * @param score what it means depends on the search's {@link SearchMode}
 * @param title empty where the document has none
 * @param snippet the best passage's text: the nearest where vectors were compared, else the one
 *     that matches the query's words best
 * @param attributes the document's attributes
 */
public record Hit(
    String id, double score, String title, String snippet, Map<String, Object> attributes) {}
