package dev.freshet.pipeline.gateway;

import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.config.ServeConfig;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.SearchMode;
import dev.freshet.pipeline.http.HttpServer;
import dev.freshet.pipeline.http.SearchThreads;
import dev.freshet.pipeline.http.ShardResource;
import dev.freshet.pipeline.search.DocumentVersion;
import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.RefreshPlan;
import dev.freshet.pipeline.search.Shard;
import dev.freshet.pipeline.search.ShardDocument;
import dev.freshet.pipeline.search.ShardHit;
import dev.freshet.pipeline.search.ShardLists;
import dev.freshet.pipeline.search.ShardQuery;
import dev.freshet.pipeline.search.ShardStatus;
import dev.freshet.pipeline.search.UnknownGenerationException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The real routes on a real port, over documents whose scores are made up. */
final class FakeNode implements Shard, AutoCloseable {
  static final int PARTITIONS = 2;

  /** A document with its scores; null where a list does not have it. */
  private record Made(DocumentVersion version, @Nullable Float dense, @Nullable Float lexical) {}

  private final Partitions partitions;
  private final HttpServer server;
  private final URI uri;
  private final SearchThreads threads;
  private final Map<String, Made> documents = new LinkedHashMap<>();
  private final Map<String, DocumentVersion> deleted = new ConcurrentHashMap<>();

  /** Served and ready; the first one is served. */
  volatile List<Integer> ready = List.of(1);

  volatile @Nullable Long behind;

  volatile @Nullable Double denseWeight;

  /** Run before a search is answered. */
  volatile Runnable beforeSearch = () -> {};

  /** Searches that came, and what each wanted. */
  final List<ShardQuery> queries = Collections.synchronizedList(new ArrayList<>());

  private FakeNode(String partitions, int port) {
    this.partitions = Partitions.parse(partitions);
    ServeConfig config =
        ConfigLoader.load(null, Map.of(), Map.of("serve.port", Integer.toString(port))).serve();
    threads = new SearchThreads(config);
    server =
        HttpServer.start(
            config,
            new SimpleMeterRegistry(),
            List.of(new ShardResource(this, this::plan, threads)));
    uri = server.uri();
  }

  static FakeNode of(String partitions) {
    return new FakeNode(partitions, 0);
  }

  URI uri() {
    return uri;
  }

  FakeNode with(
      String id, int partition, long offset, @Nullable Float dense, @Nullable Float lexical) {
    documents.put(id, new Made(new DocumentVersion(id, partition, offset, offset), dense, lexical));
    return this;
  }

  FakeNode delete(String id, int partition, long offset) {
    deleted.put(id, new DocumentVersion(id, partition, offset, offset));
    return this;
  }

  @Override
  public ShardStatus status() {
    List<GenerationStatus> all =
        ready.stream()
            .map(
                number ->
                    GenerationStatus.here(
                        GenerationRecord.first(number, "f", "a model", Instant.EPOCH),
                        true,
                        documents.size(),
                        documents.size(),
                        2,
                        1,
                        0,
                        null,
                        behind,
                        1))
            .toList();
    return new ShardStatus(List.copyOf(partitions.numbers()), PARTITIONS, ready.get(0), null, all);
  }

  private void requireHeld(int generation) {
    if (!ready.contains(generation)) {
      throw new UnknownGenerationException("generation %d is not here".formatted(generation));
    }
  }

  @Override
  public ShardLists search(ShardQuery query) {
    queries.add(query);
    beforeSearch.run();
    requireHeld(query.generation());
    return new ShardLists(
        query.generation(),
        denseWeight,
        query.mode() == SearchMode.LEXICAL ? List.of() : list(query, true),
        query.mode() == SearchMode.DENSE ? List.of() : list(query, false));
  }

  private List<ShardHit> list(ShardQuery query, boolean dense) {
    List<ShardHit> list = new ArrayList<>();
    for (Made made : documents.values()) {
      Float score = dense ? made.dense() : made.lexical();
      if (score != null) {
        list.add(new ShardHit(made.version(), score, null));
      }
    }
    list.sort((a, b) -> Float.compare(b.score(), a.score()));
    List<ShardHit> shown = new ArrayList<>();
    for (ShardHit hit : list.subList(0, Math.min(query.depth(), list.size()))) {
      shown.add(
          shown.size() < query.shown()
              ? new ShardHit(
                  hit.version(),
                  hit.score(),
                  new ShardHit.Shown("title", "of " + query.generation(), Map.of("year", 1687)))
              : hit);
    }
    return shown;
  }

  @Override
  public List<String> superseded(int generation, List<DocumentVersion> asked) {
    requireHeld(generation);
    return asked.stream()
        .filter(
            version -> {
              DocumentVersion own = version(version.id());
              return own != null && own.isNewerThan(version);
            })
        .map(DocumentVersion::id)
        .toList();
  }

  private @Nullable DocumentVersion version(String id) {
    Made made = documents.get(id);
    return made == null ? deleted.get(id) : made.version();
  }

  @Override
  public ShardDocument document(int generation, String id) {
    requireHeld(generation);
    return new ShardDocument(
        version(id),
        documents.containsKey(id)
            ? new Document(id, "", "text in " + partitions, Map.of("year", 1687), Instant.EPOCH)
            : null);
  }

  /** A second for each document. */
  private RefreshPlan plan() {
    int count = documents.size();
    return new RefreshPlan(
        ready.get(0), count, 3L * count, count, 10L * count, count, count, 10, 1, 1);
  }

  @Override
  public void close() {
    server.close();
    threads.close();
  }
}
