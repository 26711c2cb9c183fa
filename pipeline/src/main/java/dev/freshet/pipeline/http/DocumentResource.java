package dev.freshet.pipeline.http;

import dev.freshet.pipeline.config.ServeConfig;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.DocumentCodec;
import dev.freshet.pipeline.event.DocumentWriter;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.search.Searcher;
import dev.freshet.pipeline.search.ShardJson;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** {@code PUT /v1/documents}, {@code GET}, {@code HEAD} and {@code DELETE /v1/documents/{id}}. */
public final class DocumentResource implements Resource {
  static final String PATH = "/v1/documents";
  private static final String ONE = PATH + "/{id}";
  private static final List<String> TYPES =
      List.of(Json.CONTENT_TYPE, "application/x-ndjson", "application/jsonl");

  /**
   * Uploads and deletes at a time. They wait for the broker on the threads that also read searches;
   * half of those threads are left to them.
   */
  static final int MAX_WRITERS = HttpServer.MAX_THREADS / 2;

  /** Clients and proxies turn such a path into another one, so that nobody knows what was meant. */
  static final String DOTS =
      "an id that is '.' or '..' cannot be in a path; a record without a value in the documents"
          + " topic deletes it";

  private final Searcher searcher;
  private final DocumentWriter writer;
  private final Bodies bodies;
  private final DocumentMeters meters;
  private final SearchThreads threads;
  private final Semaphore writers = new Semaphore(MAX_WRITERS);

  /**
   * Documents.
   *
   * @param searcher where they are read
   * @param writer where they are written
   * @param config limits; a stream of lines is limited a line, not as a whole
   * @param threads read documents: a gateway waits for its nodes there
   * @param metrics receives counts
   */
  public DocumentResource(
      Searcher searcher,
      DocumentWriter writer,
      ServeConfig config,
      SearchThreads threads,
      MeterRegistry metrics) {
    this.searcher = searcher;
    this.threads = threads;
    this.writer = writer;
    this.bodies =
        new Bodies(
            config.maxRequestBytes(),
            "send less at a time, or one document a line as application/x-ndjson, any number of"
                + " lines");
    this.meters = new DocumentMeters(metrics);
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.put(PATH, limited(this::put));
    routes.get(ONE, this::get);
    // By itself it would be 200 for every id.
    routes.head(ONE, this::get);
    routes.delete(ONE, limited(this::delete));
  }

  private Handler limited(Handler write) {
    return context -> {
      if (!writers.tryAcquire()) {
        throw new ProblemException(
            503,
            "%d uploads and deletes are waiting for Kafka already; try again in a moment"
                .formatted(MAX_WRITERS));
      }
      try {
        write.handle(context);
      } finally {
        writers.release();
      }
    };
  }

  private void put(Context context) {
    boolean json = Bodies.requireType(context, TYPES).equals(Json.CONTENT_TYPE);
    UploadAnswer answer =
        json
            ? new JsonUpload(writer, meters).run(bodies.whole(context))
            : new LinesUpload(writer, meters).run(context.bodyInputStream());
    Json.answer(context, 202, answer);
  }

  private void get(Context context) {
    String id = id(context);
    context.future(
        () ->
            threads
                .run(() -> searcher.document(id))
                .thenAccept(
                    document ->
                        Json.answer(context, 200, ShardJson.documentFields(found(id, document)))));
  }

  private static Document found(String id, Optional<Document> document) {
    return document.orElseThrow(
        () -> new ProblemException(404, "there is no document with the id '" + id + "'"));
  }

  private void delete(Context context) {
    String id = id(context);
    PendingWrites pending = PendingWrites.ofDocuments();
    pending.add(id.length(), () -> writer.delete(id));
    pending.await();
    meters.deleted();
    Json.answer(context, 202, Map.of("accepted", 1));
  }

  private static String id(Context context) {
    String id = context.pathParam("id");
    if (id.equals(".") || id.equals("..")) {
      throw new ProblemException(400, DOTS);
    }
    try {
      return DocumentCodec.requireId(id);
    } catch (MalformedRecordException e) {
      throw new ProblemException(400, String.valueOf(e.getMessage())).initCause(e);
    }
  }
}
