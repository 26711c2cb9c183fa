package dev.freshet.pipeline.app;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What became of the lines so far. Thread-safe. */
final class LoadTotals {
  private static final int KEPT_REASONS = 200;

  private final TreeMap<Long, String> reasons = new TreeMap<>();
  private long accepted;
  private long rejected;
  private long undelivered;
  private long bytes;
  private @Nullable String failure;

  synchronized void delivered(Batch batch, JsonNode answer) {
    accepted += answer.path("accepted").asLong();
    rejected += answer.path("rejected").asLong();
    bytes += batch.sourceBytes();
    for (JsonNode error : answer.path("errors")) {
      reasons.put(
          batch.lineInFile(error.path("line").asInt(1)), error.path("reason").asText("unknown"));
    }
    while (reasons.size() > KEPT_REASONS) {
      reasons.pollLastEntry();
    }
  }

  synchronized void notDelivered(Batch batch, String reason) {
    undelivered += batch.lines();
    if (failure == null) {
      failure = reason;
    }
  }

  /** Whether there was nothing to deliver. */
  synchronized boolean isEmpty() {
    return accepted == 0 && rejected == 0 && undelivered == 0 && failure == null;
  }

  synchronized long accepted() {
    return accepted;
  }

  synchronized long rejected() {
    return rejected;
  }

  /** Bytes of the file that the server has answered for. */
  synchronized long bytes() {
    return bytes;
  }

  /** Why lines were not delivered; null while all were. */
  synchronized @Nullable String failure() {
    return failure;
  }

  /** Reasons of the first rejected lines, by their number in the file. */
  synchronized Map<Long, String> reasons() {
    return new TreeMap<>(reasons);
  }
}
