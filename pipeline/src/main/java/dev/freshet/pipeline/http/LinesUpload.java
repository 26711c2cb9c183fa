package dev.freshet.pipeline.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.DocumentCodec;
import dev.freshet.pipeline.event.DocumentWriter;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One document a line, written while the body is read: any number of lines in bounded memory. Every
 * line stands for itself; a bad one is put aside with its reason. One per request.
 */
final class LinesUpload {
  private static final int SHOWN_REJECTIONS = 20;

  private final DocumentWriter writer;
  private final DocumentMeters meters;
  private final PendingWrites pending = PendingWrites.ofDocuments();
  private final List<Rejection> rejections = new ArrayList<>();
  private long accepted;
  private long rejected;

  LinesUpload(DocumentWriter writer, DocumentMeters meters) {
    this.writer = writer;
    this.meters = meters;
  }

  /**
   * Reads to the end and waits for the broker.
   *
   * @throws ProblemException 400 when there were lines and none was acceptable, or the body ended
   *     early; 503 when the broker failed
   */
  UploadAnswer run(InputStream body) {
    LineReader lines = new LineReader(body, DocumentCodec.MAX_LINE_BYTES);
    try {
      byte[] line = lines.next();
      for (long number = 1; line != null; number++, line = lines.next()) {
        if (!isBlank(line)) {
          accept(line, lines.length(), number);
        }
      }
    } catch (IOException e) {
      finish();
      throw new ProblemException(
              400,
              "the body ended early (%s) after %d good lines, which were written"
                  .formatted(e.getMessage(), accepted))
          .initCause(e);
    }
    finish();
    if (accepted == 0 && rejected > 0) {
      throw new ProblemException(
          400,
          "none of the %d lines is a document; the first: %s"
              .formatted(rejected, rejections.get(0).reason()),
          Map.of("accepted", accepted, "rejected", rejected, "errors", rejections));
    }
    return new UploadAnswer(accepted, rejected, rejections);
  }

  private void finish() {
    pending.await();
    meters.accepted(accepted);
    meters.rejected(rejected);
  }

  private void accept(byte[] line, long length, long number) {
    if (length > DocumentCodec.MAX_LINE_BYTES) {
      reject(
          line,
          number,
          "a line must be at most %d bytes, was %d; only its beginning is kept"
              .formatted(DocumentCodec.MAX_LINE_BYTES, length));
      return;
    }
    IncomingDocument incoming;
    try {
      JsonNode node = StrictJson.parse(line);
      incoming = IncomingDocument.of(node);
    } catch (MalformedRecordException e) {
      reject(line, number, "a line " + e.getMessage());
      return;
    }
    Document document = incoming.document();
    if (document == null) {
      reject(line, number, incoming.reason());
    } else {
      pending.add(line.length, () -> writer.upsert(document));
      accepted++;
    }
  }

  private void reject(byte[] line, long number, String reason) {
    pending.add(
        line.length,
        () -> writer.deadLetter(line, reason, "PUT " + DocumentResource.PATH + " line " + number));
    rejected++;
    if (rejections.size() < SHOWN_REJECTIONS) {
      rejections.add(new Rejection(number, reason));
    }
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }
}
