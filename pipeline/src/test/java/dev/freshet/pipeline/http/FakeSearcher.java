package dev.freshet.pipeline.http;

import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.Hit;
import dev.freshet.pipeline.search.Missing;
import dev.freshet.pipeline.search.OtherShardException;
import dev.freshet.pipeline.search.SearchAnswer;
import dev.freshet.pipeline.search.SearchRequest;
import dev.freshet.pipeline.search.Searcher;
import dev.freshet.pipeline.search.UnknownGenerationException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers every search with all of its documents, from generation 1. */
public final class FakeSearcher implements Searcher {
  public final Map<String, Document> documents = new ConcurrentHashMap<>();
  public final List<SearchRequest> requests = Collections.synchronizedList(new ArrayList<>());
  public volatile Consumer<SearchRequest> beforeAnswer = request -> {};

  /** Partitions that an answer lacks. */
  public volatile List<Missing> missing = List.of();

  /** Generations that came after the first, newest first. */
  public volatile List<GenerationStatus> newer = List.of();

  /** Null where this is not a shard; else what it does not hold. */
  public volatile @Nullable OtherShardException elsewhere;

  @Override
  public SearchAnswer search(SearchRequest request) {
    requests.add(request);
    beforeAnswer.accept(request);
    if (request.generation() != null && request.generation() != 1) {
      throw new UnknownGenerationException(
          "generation " + request.generation() + " is not here; here is 1");
    }
    List<Hit> hits =
        documents.values().stream()
            .limit(request.k())
            .map(
                document ->
                    new Hit(
                        document.id(),
                        0.5,
                        document.title(),
                        document.text(),
                        document.attributes()))
            .toList();
    return new SearchAnswer("q-1", 1, hits, 1.25, missing);
  }

  @Override
  public Optional<Document> document(String id) {
    OtherShardException other = elsewhere;
    if (other != null && !documents.containsKey(id)) {
      throw other;
    }
    return Optional.ofNullable(documents.get(id));
  }

  @Override
  public int servedGeneration() {
    return 1;
  }

  @Override
  public List<GenerationStatus> generations() {
    GenerationRecord record = GenerationRecord.first(1, "f", "a model", Instant.EPOCH);
    List<GenerationStatus> all = new ArrayList<>(newer);
    all.add(
        GenerationStatus.here(
            record, true, documents.size(), documents.size(), 384, 1.0, 0, null, 1_200L, 1 << 20));
    return all;
  }
}
