package dev.freshet.pipeline.tune;

/**
 * A click, in the form that Flink keeps.
 *
 * @param millis when it was done, since the epoch
 */
public record ClickedObject(String queryId, String objectId, long millis) {}
