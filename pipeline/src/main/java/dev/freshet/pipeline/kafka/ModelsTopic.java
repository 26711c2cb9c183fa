package dev.freshet.pipeline.kafka;

import dev.freshet.model.encoder.Encoder;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.GenerationRecordCodec;
import dev.freshet.pipeline.event.GenerationState;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.Topics;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code models} says of the generations. */
public final class ModelsTopic {
  private static final Logger LOG = LoggerFactory.getLogger(ModelsTopic.class);
  private static final int MAX_REQUEST_BYTES = 1 << 20;

  private final KafkaConfig config;
  private final String topic;
  private final Clock clock;

  public ModelsTopic(KafkaConfig config, Topics topics, Clock clock) {
    this.config = config;
    this.topic = topics.models();
    this.clock = clock;
  }

  /** The oldest record that is left of every generation: who came first decides what it is. */
  private Map<Integer, GenerationRecord> read() {
    var generations = new TreeMap<Integer, GenerationRecord>();
    TopicReader.readAll(
        KafkaClients.properties(config),
        topic,
        record -> {
          try {
            GenerationRecord read = GenerationRecordCodec.decode(record.value());
            generations.putIfAbsent(read.generation(), read);
          } catch (MalformedRecordException e) {
            LOG.warn("{} at offset {}: {}", topic, record.offset(), e.getMessage());
          }
        });
    return generations;
  }

  /**
   * Holds this process's model against the one that a generation was announced with; announces it
   * where the generation is new. Vectors of two models must never meet in one generation: they
   * would be compared, and every answer would be nonsense.
   *
   * @param documents the encoder of the document side: queries may be encoded in another way
   * @throws InvalidConfigException when the generation has another model
   */
  public void claim(int generation, Encoder documents) {
    GenerationRecord announced = read().get(generation);
    if (announced == null) {
      announce(
          new GenerationRecord(
              generation,
              GenerationState.SERVED,
              documents.fingerprint(),
              documents.description(),
              clock.instant()));
      // Another process may have announced its own at the same moment.
      announced = read().get(generation);
    }
    if (announced != null && !announced.fingerprint().equals(documents.fingerprint())) {
      throw new InvalidConfigException(
          "generation %d was made with another model: %s (%.12s). This process has %s (%.12s). Set encoder.model, encoder.modules and its window, pooling and passage prefix back to what they were, or start with an empty data directory (or another kafka.topicPrefix)."
              .formatted(
                  generation,
                  announced.description(),
                  announced.fingerprint(),
                  documents.description(),
                  documents.fingerprint()));
    }
  }

  private void announce(GenerationRecord record) {
    try (var producer =
        new KafkaProducer<>(
            KafkaClients.producerProperties(config, MAX_REQUEST_BYTES),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  topic,
                  GenerationRecordCodec.key(record.generation()),
                  GenerationRecordCodec.encode(record)))
          .get();
    } catch (ExecutionException e) {
      throw new KafkaUnavailableException("cannot write to " + topic + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaUnavailableException("interrupted while writing to " + topic, e);
    }
  }
}
