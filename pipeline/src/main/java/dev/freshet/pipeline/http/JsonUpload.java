package dev.freshet.pipeline.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.DocumentWriter;
import dev.freshet.pipeline.event.FieldError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A document, or a list of them, as one JSON value: all are checked before the first is written.
 * Thread-safe.
 */
final class JsonUpload {
  private final DocumentWriter writer;
  private final DocumentMeters meters;

  JsonUpload(DocumentWriter writer, DocumentMeters meters) {
    this.writer = writer;
    this.meters = meters;
  }

  /** Writes the documents in the body and waits for the broker. */
  UploadAnswer run(byte[] body) {
    List<Document> documents =
        JsonBatch.read(Json.parse(body), "documents", JsonUpload::document, meters::rejected);
    PendingWrites pending = PendingWrites.ofDocuments();
    for (Document document : documents) {
      pending.add(document.text().length(), () -> writer.upsert(document));
    }
    pending.await();
    meters.accepted(documents.size());
    return new UploadAnswer(documents.size(), 0, List.of());
  }

  private static @Nullable Document document(JsonNode node, List<FieldError> errors) {
    IncomingDocument incoming = IncomingDocument.of(node);
    errors.addAll(incoming.errors());
    return incoming.document();
  }
}
