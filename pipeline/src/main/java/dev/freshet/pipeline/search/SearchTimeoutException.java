package dev.freshet.pipeline.search;

/** A query that was not encoded in time. Trying again later may succeed. */
public class SearchTimeoutException extends RuntimeException {
  public SearchTimeoutException(String message) {
    super(message);
  }
}
