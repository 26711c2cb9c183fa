package dev.freshet.training.click;

/**
 * What the clicks say of a document that was shown for a query.
 *
 * @param posterior probability that it is relevant, be it in part, given its clicks and its skips
 * @param gain what it is expected to be worth beside the most relevant documents, 0 to 1: what
 *     answers in part is clicked less often
 * @param examined probability that it was examined in at least one impression, as far as what
 *     examination depends on says: a skip without examination says nothing
 * @param impressions how often it was shown
 * @param clicks in how many of them it was clicked
 */
public record RelevanceEstimate(
    String queryId,
    String documentId,
    double posterior,
    double gain,
    double examined,
    int impressions,
    int clicks) {}
