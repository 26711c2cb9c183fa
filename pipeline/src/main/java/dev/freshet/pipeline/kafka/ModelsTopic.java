package dev.freshet.pipeline.kafka;

import dev.freshet.model.encoder.Encoder;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.GenerationRecordCodec;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.MalformedRecordException;
import dev.freshet.pipeline.event.Topics;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code models} says of the generations, read and written at once. Thread-safe. */
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

  /** All of it, as it is now. */
  public Generations read() {
    var all = new Generations.Builder();
    TopicReader.readAll(KafkaClients.properties(config), topic, record -> fold(record, all, topic));
    return all.build();
  }

  /** Adds a record; one that breaks the rules is told and passed over. */
  static void fold(ConsumerRecord<byte[], byte[]> record, Generations.Builder into, String topic) {
    try {
      into.add(GenerationRecordCodec.decode(record.value()));
    } catch (MalformedRecordException e) {
      LOG.warn("{} at offset {}: {}", topic, record.offset(), e.getMessage());
    }
  }

  /**
   * Holds this process's model against the one that a generation was announced with. The first
   * generation is announced here where there is none yet. Vectors of two models must never meet in
   * one generation: they would be compared, and every answer would be nonsense.
   *
   * @param documents the encoder of the document side: queries may be encoded in another way
   * @throws InvalidConfigException when the generation has another model
   */
  public void claim(int generation, Encoder documents) {
    GenerationRecord announced = read().get(generation);
    if (announced == null) {
      announce(
          GenerationRecord.first(
              generation, documents.fingerprint(), documents.description(), clock.instant()));
      // Another process may have announced its own at the same moment.
      announced = read().get(generation);
    }
    if (announced != null) {
      requireSame(announced, documents);
    }
  }

  /**
   * Holds a model against the one that a generation was announced with.
   *
   * @throws InvalidConfigException when it is another one
   */
  public static void requireSame(GenerationRecord announced, Encoder documents) {
    if (!announced.fingerprint().equals(documents.fingerprint())) {
      throw new InvalidConfigException(
          "generation %d was made with another model: %s (%.12s). This process has %s (%.12s). Set encoder.model, encoder.modules and its window, pooling and passage prefix back to what they were, or start with an empty data directory (or another kafka.topicPrefix)."
              .formatted(
                  announced.generation(),
                  announced.description(),
                  announced.fingerprint(),
                  documents.description(),
                  documents.fingerprint()));
    }
  }

  /**
   * Writes a record; returns when the brokers have it.
   *
   * @throws KafkaUnavailableException when they do not take it
   */
  public void announce(GenerationRecord record) {
    announce(List.of(record));
  }

  /** In one batch, so that nobody reads the one without the other. */
  private void announce(List<GenerationRecord> records) {
    Properties properties = KafkaClients.producerProperties(config, MAX_REQUEST_BYTES);
    properties.setProperty("linger.ms", "10");
    try (var producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (GenerationRecord record : records) {
        byte[] key = GenerationRecordCodec.key(record.generation());
        sent.add(
            producer.send(new ProducerRecord<>(topic, key, GenerationRecordCodec.encode(record))));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new KafkaUnavailableException("cannot write to " + topic + ": " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaUnavailableException("interrupted while writing to " + topic, e);
    }
  }

  /**
   * Makes a generation the served one: its record first, so that there is always one.
   *
   * @param why the one before it is not served any more
   */
  public void serve(Generations now, GenerationRecord chosen, String why) {
    GenerationRecord before = now.served();
    List<GenerationRecord> records = new ArrayList<>(List.of(chosen.served(clock.instant())));
    if (before != null && before.generation() != chosen.generation()) {
      records.add(before.replaced(why, clock.instant()));
    }
    announce(records);
  }
}
