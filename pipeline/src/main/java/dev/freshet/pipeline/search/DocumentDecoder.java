package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.MalformedRecordException;

/** Reads the value of a {@code documents} record. Thread-safe. */
@FunctionalInterface
public interface DocumentDecoder {

  /**
   * The document of a key and a value.
   *
   * @throws MalformedRecordException when the value breaks the contract of {@code documents}
   */
  Document decode(String id, byte[] value) throws MalformedRecordException;
}
