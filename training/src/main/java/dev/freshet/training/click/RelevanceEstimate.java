package dev.freshet.training.click;

/**
 * What the clicks say of a document that was shown for a query.
 *
 * @param posterior probability that it is relevant, given its clicks and its skips
 * @param examined probability that it was examined in at least one impression, as far as positions
 *     say: a skip without examination says nothing
 * @param impressions how often it was shown
 * @param clicks in how many of them it was clicked
 */
public record RelevanceEstimate(
    String queryId,
    String documentId,
    double posterior,
    double examined,
    int impressions,
    int clicks) {}
