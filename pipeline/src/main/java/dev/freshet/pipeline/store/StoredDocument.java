package dev.freshet.pipeline.store;

import dev.freshet.pipeline.event.Position;
import java.util.List;

/** One version of a document as the store holds it, without its vectors. */
public final class StoredDocument {
  private final String id;
  private final Position position;
  private final long timestampMillis;
  private final byte[] payload;
  private final List<PassageRange> passages;

  StoredDocument(
      String id,
      Position position,
      long timestampMillis,
      byte[] payload,
      List<PassageRange> passages) {
    this.id = id;
    this.position = position;
    this.timestampMillis = timestampMillis;
    this.payload = payload;
    this.passages = List.copyOf(passages);
  }

  public String id() {
    return id;
  }

  /** Where this version stands in {@code documents}. */
  public Position position() {
    return position;
  }

  /** When this version was appended to {@code documents}, milliseconds since the epoch. */
  public long timestampMillis() {
    return timestampMillis;
  }

  /** The value of the {@code documents} record, byte for byte. Not a copy. */
  public byte[] payload() {
    return payload;
  }

  /** The range of each passage, in the order of the vectors. */
  public List<PassageRange> passages() {
    return passages;
  }
}
