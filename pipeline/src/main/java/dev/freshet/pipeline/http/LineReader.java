package dev.freshet.pipeline.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines from a stream, as bytes, in bounded memory: of a line that is too long only the beginning
 * is kept. One per stream, one thread.
 */
public final class LineReader {
  private final InputStream in;
  private final int maxBytes;
  private final byte[] buffer = new byte[64 << 10];
  private int position;
  private int end;
  private long length;

  /**
   * A reader of one stream.
   *
   * @param maxBytes most bytes of a line that are kept
   */
  public LineReader(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /** The next line without its end, cut to the limit; null after the last. */
  public byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    length = 0;
    boolean any = false;
    while (position < end || fill()) {
      any = true;
      int from = position;
      while (position < end && buffer[position] != '\n') {
        position++;
      }
      keep(line, from, position);
      if (position < end) {
        position++;
        return withoutReturn(line.toByteArray());
      }
    }
    return any ? withoutReturn(line.toByteArray()) : null;
  }

  /** Bytes of the line that {@link #next} gave last, those that were not kept included. */
  public long length() {
    return length;
  }

  private void keep(ByteArrayOutputStream line, int from, int to) {
    int room = maxBytes - line.size();
    line.write(buffer, from, Math.min(room, to - from));
    length += to - from;
  }

  private boolean fill() throws IOException {
    position = 0;
    end = Math.max(0, in.read(buffer));
    return end > 0;
  }

  private static byte[] withoutReturn(byte[] line) {
    int last = line.length - 1;
    return last >= 0 && line[last] == '\r' ? Arrays.copyOf(line, last) : line;
  }
}
