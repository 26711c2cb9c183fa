package dev.freshet.pipeline.app;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Lines that are sent in one request. One thread until it is sent. */
final class Batch {
  private static final int MAX_LINES = 500;
  private static final int MAX_BYTES = 1 << 20;

  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final List<Long> lineNumbers = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private long sourceBytes;

  /**
   * Adds a line.
   *
   * @param number its number in the file, from 1
   * @param bytes its length in the file, its end included
   */
  void add(SourceLine line, long number, long bytes) {
    body.writeBytes(line.bytes());
    body.write('\n');
    lineNumbers.add(number);
    if (line.id() != null) {
      ids.add(line.id());
    }
    sourceBytes += bytes;
  }

  boolean isEmpty() {
    return lineNumbers.isEmpty();
  }

  boolean isFull() {
    return lineNumbers.size() >= MAX_LINES || body.size() >= MAX_BYTES;
  }

  int lines() {
    return lineNumbers.size();
  }

  byte[] body() {
    return body.toByteArray();
  }

  Set<String> ids() {
    return ids;
  }

  /** Bytes of the file that it stands for. */
  long sourceBytes() {
    return sourceBytes;
  }

  long firstLine() {
    return lineNumbers.get(0);
  }

  /** The number in the file of a line of the request, both from 1. */
  long lineInFile(int lineInRequest) {
    return lineNumbers.get(Math.max(0, Math.min(lineNumbers.size(), lineInRequest) - 1));
  }
}
