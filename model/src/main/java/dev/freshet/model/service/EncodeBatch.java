package dev.freshet.model.service;

import java.util.List;

/**
 * What one thread of a batcher computes at a time, for one model.
 *
 * @param requests in the order of their vectors
 * @param isRefresh whether its time is the refresh budget's
 * @param charged to that budget before it is computed, nanoseconds of one thread
 */
record EncodeBatch(List<EncodeRequest> requests, boolean isRefresh, long charged) {
  static final EncodeBatch NONE = new EncodeBatch(List.of(), false, 0);

  boolean isEmpty() {
    return requests.isEmpty();
  }

  BatchedModel model() {
    return requests.get(0).model();
  }

  long tokens() {
    return requests.stream().mapToLong(EncodeRequest::length).sum();
  }

  /** Each by itself, after what was charged for all is settled. */
  List<EncodeBatch> singles() {
    return requests.stream()
        .map(request -> new EncodeBatch(List.of(request), isRefresh, 0))
        .toList();
  }
}
