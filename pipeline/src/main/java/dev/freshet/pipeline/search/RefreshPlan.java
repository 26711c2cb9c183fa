package dev.freshet.pipeline.search;

/**
 * What encoding all documents anew would cost, told from those that are served.
 *
 * @param generation that is served, whose documents they are
 * @param documents to encode
 * @param changes in the log of documents, at most: those that later ones superseded are encoded,
 *     too, as long as Kafka keeps them
 * @param passages of those documents
 * @param tokens of those passages, without padding
 * @param seconds that the documents would take at the pace of the sample
 * @param sampled documents that were encoded to know it
 * @param tokensPerSecond at which the sample was encoded: by this node's encoder, beside whatever
 *     else it did, at the refresh's share of its time
 * @param storeBytes on this node's disk: the store and the index of words
 * @param topicBytes on the brokers' disks, all replicas
 */
public record RefreshPlan(
    int generation,
    long documents,
    long changes,
    long passages,
    long tokens,
    double seconds,
    int sampled,
    double tokensPerSecond,
    long storeBytes,
    long topicBytes) {}
