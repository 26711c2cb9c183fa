package dev.freshet.pipeline.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.DocumentWriter;
import dev.freshet.pipeline.event.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A document, or a list of them, as one JSON value: all are written or none. Thread-safe. */
final class JsonUpload {
  private static final int SHOWN_ERRORS = 1_000;

  private record IndexedError(int index, String field, String reason) {}

  private final DocumentWriter writer;
  private final DocumentMeters meters;

  JsonUpload(DocumentWriter writer, DocumentMeters meters) {
    this.writer = writer;
    this.meters = meters;
  }

  /** Writes the documents in the body and waits for the broker. */
  UploadAnswer run(byte[] body) {
    List<Document> documents = documents(Json.parse(body));
    PendingWrites pending = PendingWrites.ofDocuments();
    for (Document document : documents) {
      pending.add(document.text().length(), () -> writer.upsert(document));
    }
    pending.await();
    meters.accepted(documents.size());
    return new UploadAnswer(documents.size(), 0, List.of());
  }

  private List<Document> documents(JsonNode root) {
    List<JsonNode> nodes = new ArrayList<>();
    if (root.isArray()) {
      root.forEach(nodes::add);
    } else {
      nodes.add(root);
    }
    List<Document> documents = new ArrayList<>();
    List<IndexedError> errors = new ArrayList<>();
    for (int index = 0; index < nodes.size(); index++) {
      IncomingDocument incoming = IncomingDocument.of(nodes.get(index));
      if (incoming.document() != null) {
        documents.add(incoming.document());
      }
      for (FieldError error : incoming.errors()) {
        errors.add(new IndexedError(index, error.field(), error.reason()));
      }
    }
    if (!errors.isEmpty()) {
      int bad = nodes.size() - documents.size();
      meters.rejected(bad);
      throw new ProblemException(
          400,
          "%d of %d documents cannot be accepted, so none was written; the first: %s"
              .formatted(bad, nodes.size(), errors.get(0).reason()),
          Map.of(
              "errors",
              errors.subList(0, Math.min(SHOWN_ERRORS, errors.size())),
              "errorCount",
              errors.size()));
    }
    return documents;
  }
}
