package dev.freshet.pipeline.ann;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What is kept of a document, little-endian: for each passage
 *
 * <pre>
 * offset  bytes  field
 *      0      4  scale, float32
 *      4      D  levels, int8; D is the dimensions, padded to a multiple of 64
 * </pre>
 */
final class PostingFormat {
  private PostingFormat() {}

  static byte[] encode(Posting[] postings) {
    int size = Float.BYTES + postings[0].levels().length;
    ByteBuffer out = ByteBuffer.allocate(size * postings.length).order(ByteOrder.LITTLE_ENDIAN);
    for (Posting posting : postings) {
      out.putFloat(posting.scale()).put(posting.levels());
    }
    return out.array();
  }

  /**
   * @throws IllegalArgumentException when it is not so long as some passages are
   */
  static Posting[] decode(byte[] value, int padded) {
    int size = Float.BYTES + padded;
    if (value.length == 0 || value.length % size != 0) {
      throw new IllegalArgumentException(
          "%d bytes are no postings of %d bytes each".formatted(value.length, size));
    }
    ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    Posting[] postings = new Posting[value.length / size];
    for (int i = 0; i < postings.length; i++) {
      float scale = in.getFloat();
      byte[] levels = new byte[padded];
      in.get(levels);
      postings[i] = new Posting(scale, levels);
    }
    return postings;
  }
}
