package dev.freshet.pipeline.host;

import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.Passage;
import dev.freshet.model.encoder.Priority;
import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.KafkaUnavailableException;
import dev.freshet.pipeline.kafka.TopicAdmin;
import dev.freshet.pipeline.search.GenerationIndex;
import dev.freshet.pipeline.search.GenerationNotReadyException;
import dev.freshet.pipeline.search.RefreshPlan;
import dev.freshet.pipeline.store.StoreCounts;
import dev.freshet.pipeline.store.StoredVectors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Says beforehand what a refresh will cost: encodes a sample of the served documents as a refresh
 * would, behind all that people wait for, and multiplies. Thread-safe.
 */
public final class RefreshPlanner {
  /** What is not encoded by then does not count: others may take all of the time. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** Enough for the mean length, and for a pace that a moment's other work does not decide. */
  private static final int SAMPLE = 256;

  private final HostedGenerations generations;
  private final KafkaConfig kafka;
  private final Topics topics;

  public RefreshPlanner(HostedGenerations generations, KafkaConfig kafka, Topics topics) {
    this.generations = generations;
    this.kafka = kafka;
    this.topics = topics;
  }

  /**
   * Takes as long as encoding the sample takes, 20 seconds at most.
   *
   * @throws GenerationNotReadyException when no generation is served, or it has no documents, or
   *     nothing of the encoders' time is left for a refresh, or brokers do not answer
   */
  public RefreshPlan plan() {
    Encoder encoder = generations.encoders().documents();
    HostedVectors vectors = generations.served().vectors();
    GenerationIndex index = vectors.index();
    StoreCounts counts = index.counts();
    List<StoredVectors> sample = index.sample(SAMPLE);
    if (sample.isEmpty()) {
      throw new GenerationNotReadyException("no document is here yet: there is nothing to refresh");
    }
    List<int[]> sequences = new ArrayList<>();
    for (StoredVectors stored : sample) {
      Document document = index.decode(stored.document());
      encoder.cut(document.title(), document.text()).stream()
          .map(Passage::tokens)
          .forEach(sequences::add);
    }
    long tokens = tokens(sequences.stream());
    double tokensPerSecond = pace(encoder, sequences);
    double scale = (double) counts.documents() / sample.size();
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      return new RefreshPlan(
          generations.servedGeneration(),
          counts.documents(),
          changes(admin, topics.documents(), generations::holds),
          counts.passages(),
          Math.round(tokens * scale),
          tokens * scale / tokensPerSecond,
          sample.size(),
          tokensPerSecond,
          index.diskBytes(),
          admin.bytes(topics.vectors(vectors.generation())));
    } catch (KafkaUnavailableException e) {
      throw new GenerationNotReadyException(
          "no plan while the brokers do not answer: " + e.getMessage(), e);
    }
  }

  private static long tokens(Stream<int[]> sequences) {
    return sequences.mapToLong(sequence -> sequence.length).sum();
  }

  /** Tokens a second. */
  private static double pace(Encoder encoder, List<int[]> sequences) {
    long start = System.nanoTime();
    List<CompletableFuture<float[]>> results =
        sequences.stream().map(tokens -> encoder.encode(tokens, Priority.BUILDING)).toList();
    CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new))
        .completeOnTimeout(null, LONGEST.toNanos(), TimeUnit.NANOSECONDS)
        .join();
    double seconds = (System.nanoTime() - start) / 1e9;
    long encoded =
        tokens(
            IntStream.range(0, results.size())
                .filter(i -> results.get(i).isDone())
                .mapToObj(sequences::get));
    // Or the next plan would wait behind what is left of this one.
    results.forEach(result -> result.cancel(false));
    if (encoded == 0) {
      throw new GenerationNotReadyException(
          "what people wait for takes all of the encoders' time: a refresh would not move now, ask again later");
    }
    return encoded / seconds;
  }

  private static long changes(TopicAdmin admin, String documents, IntPredicate isHeld) {
    SortedMap<Integer, Long> begins = admin.begins(documents);
    return admin.ends(documents).entrySet().stream()
        .filter(end -> isHeld.test(end.getKey()))
        .mapToLong(end -> end.getValue() - begins.getOrDefault(end.getKey(), 0L))
        .sum();
  }
}
