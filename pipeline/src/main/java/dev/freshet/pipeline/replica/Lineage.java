package dev.freshet.pipeline.replica;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.TopicAdmin;
import dev.freshet.pipeline.store.StoreSnapshot;
import java.net.URI;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a node fills its store from. A store may go from one node to another where both would have
 * filled it from the same: its offsets mean nothing in another topic, and its vectors nothing to
 * another model. Immutable and thread-safe.
 *
 * @param format of the store
 * @param partitions those of {@code documents} that the node holds, as {@code serve.partitions}, or
 *     {@link #ALL}
 * @param vectors by generation, those that are kept up to date
 */
public record Lineage(int format, String partitions, SortedMap<Integer, Vectors> vectors) {
  private static final String ALL = "all";

  /**
   * The vectors of one generation.
   *
   * @param fingerprint of the model that they are made with
   * @param model the same for people
   * @param topic that they stand in
   * @param topicId that Kafka gave this topic, and gives no other
   */
  public record Vectors(String fingerprint, String model, String topic, String topicId) {}

  public Lineage {
    vectors = Collections.unmodifiableSortedMap(new TreeMap<>(vectors));
  }

  /**
   * Of a node that is configured like this; asks the brokers.
   *
   * @param known what {@code models} says
   * @throws dev.freshet.pipeline.kafka.KafkaUnavailableException when they do not answer
   */
  public static Lineage of(FreshetConfig config, Topics topics, Generations known) {
    Partitions held = config.serve().heldPartitions();
    Map<String, String> ids;
    try (TopicAdmin admin = new TopicAdmin(config.kafka())) {
      ids = admin.ids();
    }
    SortedMap<Integer, Vectors> vectors = new TreeMap<>();
    for (GenerationRecord record : known.all()) {
      int generation = record.generation();
      String topic = topics.vectors(generation);
      String id = ids.get(topic);
      if (id != null && known.areVectorsUsed(generation)) {
        vectors.put(generation, new Vectors(record.fingerprint(), record.description(), topic, id));
      }
    }
    return new Lineage(StoreSnapshot.FORMAT, held == null ? ALL : held.toString(), vectors);
  }

  /** With these generations alone. */
  Lineage only(Set<Integer> generations) {
    SortedMap<Integer, Vectors> some = new TreeMap<>(vectors);
    some.keySet().retainAll(generations);
    return new Lineage(format, partitions, some);
  }

  /**
   * Holds what another node fills its store from against what this one does.
   *
   * @throws InvalidConfigException when its store must not become this node's
   */
  void requireSame(Lineage other, URI source) {
    if (other.format != format) {
      throw refused(
          source,
          "its store has format %d, and this build reads format %d. Run the same build on both nodes"
              .formatted(other.format, format));
    }
    if (!other.partitions.equals(partitions)) {
      throw refused(
          source,
          "it holds the partitions %s of documents, and serve.partitions is %s here. Name a node with the same partitions"
              .formatted(other.partitions, partitions));
    }
    other.vectors.forEach((generation, theirs) -> requireSame(generation, theirs, source));
  }

  private void requireSame(int generation, Vectors theirs, URI source) {
    Vectors own = vectors.get(generation);
    if (own == null) {
      throw refused(
          source,
          "it holds generation %d, and the generations here are %s. Set kafka.bootstrapServers and kafka.topicPrefix as they are there"
              .formatted(generation, vectors.keySet()));
    }
    if (!own.fingerprint().equals(theirs.fingerprint())) {
      throw refused(
          source,
          "its generation %d was made with another model: %s (%.12s). Here it is %s (%.12s)"
              .formatted(
                  generation,
                  theirs.model(),
                  theirs.fingerprint(),
                  own.model(),
                  own.fingerprint()));
    }
    if (!own.topicId().equals(theirs.topicId())) {
      throw refused(
          source,
          "it reads generation %d from the topic %s with the id %s, and here that is %s with the id %s. Set kafka.bootstrapServers and kafka.topicPrefix as they are there"
              .formatted(generation, theirs.topic(), theirs.topicId(), own.topic(), own.topicId()));
    }
  }

  private static InvalidConfigException refused(URI source, String why) {
    return new InvalidConfigException(
        "serve.replicaOf: the store of %s cannot be this node's: %s.".formatted(source, why));
  }
}
