package dev.freshet.pipeline.host;

import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.Passage;
import dev.freshet.model.encoder.Priority;
import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.TopicAdmin;
import dev.freshet.pipeline.search.GenerationIndex;
import dev.freshet.pipeline.search.GenerationNotReadyException;
import dev.freshet.pipeline.search.RefreshPlan;
import dev.freshet.pipeline.store.StoreCounts;
import dev.freshet.pipeline.store.StoredVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Says beforehand what a refresh will cost: encodes a sample of the served documents as a refresh
 * would, behind all that people wait for, and multiplies. Thread-safe.
 */
public final class RefreshPlanner {
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
   * Takes as long as encoding the sample takes.
   *
   * @throws GenerationNotReadyException when no generation is served, or it has no documents
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
    List<List<int[]>> sequences = new ArrayList<>();
    for (StoredVectors stored : sample) {
      Document document = index.decode(stored.document());
      sequences.add(
          encoder.cut(document.title(), document.text()).stream().map(Passage::tokens).toList());
    }
    long tokens =
        sequences.stream().flatMap(List::stream).mapToLong(sequence -> sequence.length).sum();
    double seconds = encode(encoder, sequences);
    double scale = (double) counts.documents() / sample.size();
    return new RefreshPlan(
        generations.servedGeneration(),
        counts.documents(),
        counts.passages(),
        Math.round(tokens * scale),
        seconds * scale,
        sample.size(),
        tokens / seconds,
        index.diskBytes(),
        topicBytes(vectors.generation()));
  }

  private static double encode(Encoder encoder, List<List<int[]>> sequences) {
    long start = System.nanoTime();
    CompletableFuture.allOf(
            sequences.stream()
                .map(document -> encoder.encodeAll(document, Priority.BUILDING))
                .toArray(CompletableFuture<?>[]::new))
        .join();
    return (System.nanoTime() - start) / 1e9;
  }

  private long topicBytes(int vectors) {
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      return admin.bytes(topics.vectors(vectors));
    }
  }
}
