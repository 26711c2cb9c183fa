package dev.freshet.training.click;

/**
 * A query and a document for a training example.
 *
 * @param weight how much it counts, above 0
 * @param impressions how often the document was shown for the query
 * @param clicks in how many of them it was clicked
 */
public record TrainingPair(
    String queryId, String documentId, double weight, int impressions, int clicks) {}
