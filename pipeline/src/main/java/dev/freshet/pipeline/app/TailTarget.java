package dev.freshet.pipeline.app;

import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import dev.freshet.pipeline.kafka.KafkaDocumentWriter;
import dev.freshet.pipeline.kafka.VectorTail;
import dev.freshet.pipeline.search.GenerationIndex;
import java.util.List;
import java.util.Map;

/**
 * Where the tail's changes go: into the index, and what the index cannot serve into {@code
 * dead-letters}.
 */
final class TailTarget implements VectorTail.Target {
  private final GenerationIndex index;
  private final KafkaDocumentWriter writer;
  private final String topic;

  TailTarget(GenerationIndex index, KafkaDocumentWriter writer, String topic) {
    this.index = index;
    this.writer = writer;
    this.topic = topic;
  }

  @Override
  public Map<Integer, Long> offsets() {
    return index.offsets();
  }

  @Override
  public void apply(List<VectorRecord> changes, Map<Integer, Long> nextOffsets) {
    index.apply(changes, nextOffsets, this::reject);
  }

  @Override
  public void caughtUp() {
    index.markComplete();
  }

  private void reject(VectorRecord record, String reason) {
    byte[] key = VectorRecordCodec.key(record.id());
    writer.deadLetter(key, VectorRecordCodec.encode(record), reason, topic, null).join();
  }
}
