package dev.freshet.pipeline.host;

import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.service.Encoders;
import dev.freshet.pipeline.conduct.Nodes;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.GenerationState;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.http.ServedEncoders;
import dev.freshet.pipeline.index.ServedHere;
import dev.freshet.pipeline.kafka.KafkaDocumentWriter;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.registry.GenerationModules;
import dev.freshet.pipeline.search.DocumentVersion;
import dev.freshet.pipeline.search.GenerationNotReadyException;
import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.Missing;
import dev.freshet.pipeline.search.OtherShardException;
import dev.freshet.pipeline.search.SearchAnswer;
import dev.freshet.pipeline.search.SearchRequest;
import dev.freshet.pipeline.search.Searcher;
import dev.freshet.pipeline.search.Shard;
import dev.freshet.pipeline.search.ShardDocument;
import dev.freshet.pipeline.search.ShardLists;
import dev.freshet.pipeline.search.ShardQuery;
import dev.freshet.pipeline.search.ShardStatus;
import dev.freshet.pipeline.search.UnknownGenerationException;
import dev.freshet.pipeline.store.StoreCounts;
import dev.freshet.pipeline.store.StoreException;
import dev.freshet.pipeline.store.VectorStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The generations that this node holds, and the one that searches go to. It does what {@code
 * models} says, as soon as it can; see {@link #follow}. Searches never wait for that.
 */
public final class HostedGenerations implements Searcher, Shard, Nodes, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostedGenerations.class);
  private static final Duration LAG_LOOK = Duration.ofSeconds(5);
  private static final String NOT_READ = "this node has not read it yet";

  private final FreshetConfig config;
  private final Topics topics;

  /** The partitions that this node holds; null for all. */
  private final @Nullable Partitions held;

  /** Partitions of {@code documents}. */
  private final int partitions;

  private final VectorStore store;
  private final KafkaDocumentWriter writer;
  private final GenerationModules modules;
  private final SortedMap<Integer, HostedVectors> vectors = new ConcurrentSkipListMap<>();
  private final SortedMap<Integer, HostedGeneration> hosted = new ConcurrentSkipListMap<>();
  private final IndexLag lag;
  private volatile Generations known = Generations.NONE;

  /** Why generations could not be opened when that was tried last. */
  private volatile Map<Integer, String> unopened = Map.of();

  private volatile @Nullable HostedGeneration served;
  private final NodeHealth health;

  /**
   * @param partitions how many there are of {@code documents}
   * @param store stays the caller's, as the writer does
   * @param writer to dead-letters
   */
  public HostedGenerations(
      FreshetConfig config,
      Topics topics,
      int partitions,
      VectorStore store,
      KafkaDocumentWriter writer) {
    this.config = config;
    this.topics = topics;
    this.held = config.serve().heldPartitions();
    this.partitions = partitions;
    this.store = store;
    this.writer = writer;
    modules = GenerationModules.of(config);
    health = new NodeHealth(store, () -> served, this::announced);
    lag = new IndexLag(config.kafka(), topics, held, vectors::keySet, LAG_LOOK);
  }

  /**
   * Follows for the first time.
   *
   * @throws RuntimeException when the served generation cannot be opened; what is wrong with others
   *     is met again by {@link #follow}
   */
  public synchronized void start(Generations now) {
    Map<Integer, RuntimeException> failures = take(now);
    GenerationRecord wanted = now.served();
    failures.forEach((generation, e) -> LOG.warn("generation {} cannot be opened", generation, e));
    if (wanted != null && failures.containsKey(wanted.generation())) {
      throw failures.get(wanted.generation());
    }
  }

  /**
   * Opens generations that are built, switches to the one that is served, drops those that are
   * over. One that cannot be opened does not keep the others from what is due to them.
   *
   * @throws RuntimeException when something could not be done; call again with the same
   */
  public synchronized void follow(Generations now) {
    Map<Integer, RuntimeException> failures = take(now);
    if (!failures.isEmpty()) {
      throw failures.values().iterator().next();
    }
  }

  /** Returns why generations could not be opened. */
  private Map<Integer, RuntimeException> take(Generations now) {
    known = now;
    Map<Integer, RuntimeException> failures = new TreeMap<>();
    for (GenerationRecord record : now.all()) {
      try {
        if (record.isLive() && !hosted.containsKey(record.generation())) {
          open(now, record);
        }
      } catch (RuntimeException e) {
        failures.put(record.generation(), e);
      } catch (Error e) {
        // Memory that one lacks must not keep the others from what is due to them.
        failures.put(
            record.generation(),
            new IllegalStateException(
                "generation %d cannot be opened: %s".formatted(record.generation(), e), e));
      }
    }
    Map<Integer, String> reasons = new TreeMap<>();
    failures.forEach((number, e) -> reasons.put(number, "it cannot be opened here: " + e));
    unopened = reasons;
    GenerationRecord wanted = now.served();
    HostedGeneration next = announced();
    try {
      if (wanted != null && next != null && next != served) {
        if (served == null) {
          begin(next);
        } else {
          switchTo(wanted, next);
        }
      }
    } finally {
      dropWhatIsOver(now);
    }
    return failures;
  }

  /** What {@code models} calls served, where it is here. */
  private @Nullable HostedGeneration announced() {
    GenerationRecord record = known.served();
    return record == null ? null : hosted.get(record.generation());
  }

  /** Whether this node holds a partition of {@code documents}. */
  boolean holds(int partition) {
    return held == null || held.contains(partition);
  }

  private void open(Generations now, GenerationRecord record) {
    GenerationRecord documentSide = now.get(record.vectors());
    if (documentSide == null) {
      throw new IllegalStateException(
          "generation %d uses the vectors of generation %d, which nobody announced"
              .formatted(record.generation(), record.vectors()));
    }
    Encoder queries = Encoders.acquire(modules.settings(record), Side.QUERY);
    Encoder documents = null;
    try {
      documents = Encoders.acquire(modules.settings(documentSide), Side.DOCUMENT);
      ModelsTopic.requireSame(documentSide, documents);
      int dimensions = documents.dimensions();
      HostedVectors shared =
          vectors.computeIfAbsent(
              record.vectors(),
              number ->
                  HostedVectors.open(
                      config.kafka(), topics, number, held, dimensions, store, writer));
      hosted.put(
          record.generation(),
          new HostedGeneration(record, queries, documents, shared, config.serve()));
      LOG.info("holds generation {} on the vectors of {}", record.generation(), record.vectors());
    } catch (RuntimeException | Error e) {
      queries.close();
      if (documents != null) {
        documents.close();
      }
      throw e;
    }
  }

  /**
   * Begins with the generation that was served here last, where it is not over: its vectors may be
   * ahead of those of the one that is served now, if a crash cut the switch short or came before
   * it. The switch is then one like any other, at the next {@link #follow}.
   */
  private void begin(HostedGeneration next) {
    OptionalInt last = store.served();
    HostedGeneration before = last.isEmpty() ? null : hosted.get(last.getAsInt());
    if (before == null || before.vectors() == next.vectors()) {
      serve(next);
      return;
    }
    LOG.info(
        "begins with generation {}, which it served last, and goes on to generation {}",
        before.generation(),
        next.generation());
    serve(before);
  }

  private void switchTo(GenerationRecord record, HostedGeneration next) {
    HostedGeneration before = served;
    if (before == null || before.vectors() == next.vectors()) {
      serve(next);
      return;
    }
    String reason = isReady(record, next) ? health.breakdown(next.vectors()) : NOT_READ;
    if (reason != null) {
      throw new IllegalStateException(
          "generation %d is to be served, and here is why it is not: %s. This node goes on with generation %d"
              .formatted(next.generation(), reason, before.generation()));
    }
    new Handover(store, before.vectors(), next.vectors()).run(() -> serve(next));
    LOG.info("serves generation {} after generation {}", next.generation(), before.generation());
  }

  private void serve(HostedGeneration next) {
    try {
      // Before anybody sees it: a restart must not go back behind what was seen.
      store.markServed(next.generation());
    } catch (StoreException e) {
      // A full disk must not hold up a rollback. At worst a restart hands over once more.
      LOG.warn("the store does not know that generation {} is served", next.generation(), e);
    }
    served = next;
    ServedHere.set(topics.prefix(), next.vectors().generation());
  }

  private void dropWhatIsOver(Generations now) {
    HostedGeneration current = served;
    for (HostedGeneration each : List.copyOf(hosted.values())) {
      GenerationRecord record = now.get(each.generation());
      if (each != current && (record == null || !record.isLive())) {
        hosted.remove(each.generation());
        each.close();
      }
    }
    for (HostedVectors each : List.copyOf(vectors.values())) {
      boolean isUsed = hosted.values().stream().anyMatch(other -> other.vectors() == each);
      if (!isUsed) {
        vectors.remove(each.generation());
        each.close();
      }
    }
    for (int generation : store.generations().keySet()) {
      boolean isOver = now.get(generation) != null && !now.areVectorsUsed(generation);
      if (isOver && !vectors.containsKey(generation)) {
        LOG.info("drops the vectors of generation {}", generation);
        store.dropGeneration(generation);
      }
    }
  }

  /** {@inheritDoc} Here: whether this node has, and follows it. */
  @Override
  public boolean areReady(GenerationRecord record) {
    HostedGeneration generation = hosted.get(record.generation());
    if (generation == null || !isReady(record, generation)) {
      return false;
    }
    HostedGeneration current = served;
    // What is searched already is no worse with other queries.
    return (current != null && current.vectors() == generation.vectors())
        || health.breakdown(generation.vectors()) == null;
  }

  private static boolean isReady(GenerationRecord record, HostedGeneration generation) {
    HostedVectors vectors = generation.vectors();
    if (vectors.index().isComplete()) {
      return true;
    }
    boolean isWritten =
        record.state() == GenerationState.COMPLETE || record.state() == GenerationState.SERVED;
    if (!isWritten || !vectors.isRead(record.required())) {
      return false;
    }
    try {
      vectors.index().markComplete();
    } catch (StoreException e) {
      // A full disk must not hold up a switch. At worst a restart waits for the same once more.
      LOG.warn("the store does not know that generation {} is whole", record.vectors(), e);
    }
    return true;
  }

  /** {@inheritDoc} A node that holds some of the partitions says that the answer lacks others. */
  @Override
  public SearchAnswer search(SearchRequest request) {
    SearchAnswer answer = ask(request.generation(), generation -> generation.search(request));
    Partitions elsewhere = elsewhere();
    return elsewhere.isEmpty()
        ? answer
        : answer.without(
            List.of(
                new Missing(
                    List.copyOf(elsewhere.numbers()),
                    "this node holds the partitions %s only; ask a gateway".formatted(held))));
  }

  /**
   * {@inheritDoc}
   *
   * @throws OtherShardException when it is not here, and may be in a partition that is not
   */
  @Override
  public Optional<Document> document(String id) {
    Optional<Document> document = ask(null, generation -> generation.document(id));
    Partitions elsewhere = elsewhere();
    if (document.isEmpty() && !elsewhere.isEmpty()) {
      throw new OtherShardException(
          "there is no document with the id '%s' in the partitions %s, which are all that this node holds; it may be in %s: ask a gateway, or the nodes that hold those"
              .formatted(id, held, elsewhere),
          List.copyOf(elsewhere.numbers()));
    }
    return document;
  }

  /** The partitions that other nodes hold. */
  private Partitions elsewhere() {
    return held == null ? Partitions.NONE : Partitions.first(partitions).without(held);
  }

  @Override
  public ShardLists search(ShardQuery query) {
    return ask(query.generation(), generation -> generation.lists(query));
  }

  @Override
  public List<String> superseded(int number, List<DocumentVersion> documents) {
    return ask(number, generation -> generation.superseded(documents));
  }

  @Override
  public ShardDocument document(int number, String id) {
    return ask(number, generation -> generation.known(id));
  }

  @Override
  public ShardStatus status() {
    Partitions own = held == null ? Partitions.first(partitions) : held;
    return new ShardStatus(
        List.copyOf(own.numbers()),
        partitions,
        servedGeneration(),
        health.obstacle().orElse(null),
        generations());
  }

  /** Asks the generation of that number, or the served one; again where a switch closed it. */
  private <T> T ask(@Nullable Integer number, Function<HostedGeneration, @Nullable T> question) {
    while (true) {
      HostedGeneration generation = number == null ? served : hosted.get(number);
      if (generation == null) {
        throw number == null
            ? new GenerationNotReadyException("no generation is served yet")
            : new UnknownGenerationException(
                "generation %d is not here, this node holds %s".formatted(number, hosted.keySet()));
      }
      GenerationRecord record = known.get(generation.generation());
      if (record != null) {
        isReady(record, generation);
      }
      T answer = question.apply(generation);
      if (answer != null) {
        return answer;
      }
    }
  }

  @Override
  public int servedGeneration() {
    HostedGeneration current = served;
    return current == null ? 0 : current.generation();
  }

  @Override
  public List<GenerationStatus> generations() {
    List<GenerationStatus> all = new ArrayList<>();
    for (GenerationRecord record : known.all()) {
      all.add(status(record, hosted.get(record.generation())));
    }
    Collections.reverse(all);
    return all;
  }

  private GenerationStatus status(GenerationRecord record, @Nullable HostedGeneration generation) {
    if (generation == null) {
      return GenerationStatus.elsewhere(record).hinderedBy(unopened.get(record.generation()));
    }
    HostedVectors own = generation.vectors();
    StoreCounts counts = own.index().counts();
    HostedGeneration current = served;
    double progress = own.progress(current == null ? own : current.vectors());
    return GenerationStatus.here(
            record,
            isReady(record, generation),
            counts.documents(),
            counts.passages(),
            own.index().dimensions(),
            progress,
            own.pace(),
            own.secondsLeft(progress),
            lag.of(own.generation()),
            own.index().memoryBytes())
        .hinderedBy(health.hindrance(own));
  }

  /** The generation whose vectors the served one searches; 0 while none is served. */
  public int servedVectors() {
    HostedGeneration current = served;
    return current == null ? 0 : current.vectors().generation();
  }

  /** The encoders of the served generation. */
  public ServedEncoders encoders() {
    return served().encoders();
  }

  /** The generation that searches go to. */
  HostedGeneration served() {
    HostedGeneration current = served;
    if (current == null) {
      throw new GenerationNotReadyException("no generation is served yet");
    }
    return current;
  }

  /** What keeps this node from answering or from following. */
  public NodeHealth health() {
    return health;
  }

  /** Closes all generations; the store and the topics stay as they are. */
  @Override
  public synchronized void close() {
    ServedHere.clear(topics.prefix());
    // Whoever still asks is told that nothing is served: a closed one would be asked for ever.
    served = null;
    List<HostedGeneration> last = List.copyOf(hosted.values());
    hosted.clear();
    vectors.values().forEach(HostedVectors::close);
    last.forEach(HostedGeneration::close);
    lag.close();
  }
}
