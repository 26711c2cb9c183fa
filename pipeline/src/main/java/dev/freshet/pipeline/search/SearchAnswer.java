package dev.freshet.pipeline.search;

import java.util.List;

/**
 * An answer. Query vector and every hit are of the one generation that it names.
 *
 * @param queryId names the answer in impressions and clicks
 * @param generation the generation that answered
 * @param hits best first
 * @param tookMillis time from request to answer in the serve node
 */
public record SearchAnswer(String queryId, int generation, List<Hit> hits, double tookMillis) {}
