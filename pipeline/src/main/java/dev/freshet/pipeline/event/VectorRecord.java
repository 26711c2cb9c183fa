package dev.freshet.pipeline.event;

import java.util.List;

/**
 * One change to one document in {@code vectors.<g>}. An upsert carries every passage of the
 * document, so that it replaces the older ones in one step.
 */
public sealed interface VectorRecord {

  /** The document's id: the record's key. */
  String id();

  /** The generation of the encoder that made the vectors. */
  int generation();

  /** Where the change stands in {@code documents}. */
  Position position();

  /** When the change was appended to {@code documents}, milliseconds since the epoch. */
  long timestampMillis();

  /** A document and its vectors. Payload and passages are shared, not copied. */
  final class Upsert implements VectorRecord {
    private final String id;
    private final int generation;
    private final Position position;
    private final long timestampMillis;
    private final byte[] payload;
    private final List<PassageVector> passages;

    /**
     * @param payload the value of the {@code documents} record, byte for byte
     * @param passages at least one, all of the same dimension
     */
    public Upsert(
        String id,
        int generation,
        Position position,
        long timestampMillis,
        byte[] payload,
        List<PassageVector> passages) {
      if (passages.isEmpty()) {
        throw new IllegalArgumentException("document " + id + " has no passage");
      }
      this.id = id;
      this.generation = generation;
      this.position = position;
      this.timestampMillis = timestampMillis;
      this.payload = payload;
      this.passages = List.copyOf(passages);
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public int generation() {
      return generation;
    }

    @Override
    public Position position() {
      return position;
    }

    @Override
    public long timestampMillis() {
      return timestampMillis;
    }

    /** The value of the {@code documents} record, byte for byte. Not a copy. */
    public byte[] payload() {
      return payload;
    }

    public List<PassageVector> passages() {
      return passages;
    }
  }

  /** A deletion. It stays in the topic, so that no late upsert brings the document back. */
  record Delete(String id, int generation, Position position, long timestampMillis)
      implements VectorRecord {}
}
