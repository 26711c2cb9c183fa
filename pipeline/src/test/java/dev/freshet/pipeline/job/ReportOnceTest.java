package dev.freshet.pipeline.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.DeadLetter;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.GenerationRecordCodec;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jobs of two generations that come upon the same records, on a real broker. */
class ReportOnceTest {
  private static final Topics TOPICS = new Topics("test.");
  private static final Duration DELAY = ReportOnce.TURN;

  @TempDir Path folder;
  private EmbeddedKafka kafka;
  private FreshetConfig config;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.start(folder, 0);
    config =
        ConfigLoader.load(
            null,
            Map.of(),
            Map.of(
                "kafka.bootstrapServers", kafka.bootstrapServers(),
                "kafka.topicPrefix", TOPICS.prefix()));
    TopicProvisioner.provision(config.kafka(), TOPICS, 1, 1 << 20);
    producer =
        new KafkaProducer<>(
            KafkaClients.properties(config.kafka()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    // The one between had no job.
    GenerationRecord rejected =
        GenerationRecord.published(2, "f", "a model", 2, 1, Map.of(), Instant.EPOCH)
            .rejected(List.of("worse"), Instant.EPOCH);
    for (GenerationRecord record :
        List.of(GenerationRecord.first(1, "f", "a model", Instant.EPOCH), rejected)) {
      producer
          .send(
              new ProducerRecord<>(
                  TOPICS.models(),
                  GenerationRecordCodec.key(record.generation()),
                  GenerationRecordCodec.encode(record)))
          .get(60, TimeUnit.SECONDS);
    }
  }

  @AfterEach
  void stop() throws Exception {
    producer.close();
    kafka.close();
  }

  private KeyedOneInputStreamOperatorTestHarness<Integer, Rejection, Rejection> job(int generation)
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(
            new ReportOnce(new JobConfig(config), TOPICS.documents(), generation)),
        Rejection::partition,
        Types.INT);
  }

  private static Rejection rejection(long offset) {
    return new Rejection(TOPICS.documents(), 0, offset, null, "?".getBytes(UTF_8), "not JSON");
  }

  /** What the end of a job does with what passed. */
  private void write(Rejection passed) throws Exception {
    producer
        .send(
            DeadLetter.record(
                TOPICS.deadLetters(),
                passed.key(),
                passed.value(),
                passed.reason(),
                passed.topic(),
                passed.position(),
                Instant.EPOCH))
        .get(60, TimeUnit.SECONDS);
  }

  private static List<Long> passed(
      KeyedOneInputStreamOperatorTestHarness<Integer, Rejection, Rejection> job) {
    return job.extractOutputValues().stream().map(Rejection::offset).toList();
  }

  @Test
  void whatOneJobReportedAnotherDoesNot() throws Exception {
    try (var first = job(1);
        var second = job(3)) {
      first.open();
      second.open();
      second.setProcessingTime(0);
      first.processElement(rejection(7), 0);
      second.processElement(rejection(7), 0);
      second.processElement(rejection(8), 0);
      assertThat(passed(first)).containsExactly(7L);
      write(rejection(7));

      second.setProcessingTime(DELAY.toMillis() - 1);
      assertThat(passed(second)).as("others may come to it yet").isEmpty();
      second.setProcessingTime(DELAY.toMillis());
      assertThat(passed(second)).as("the first never came to it").containsExactly(8L);
      write(rejection(8));

      first.setProcessingTime(10 * DELAY.toMillis());
      first.processElement(rejection(8), 0);
      second.processElement(rejection(7), 0);
      second.setProcessingTime(10 * DELAY.toMillis());
      assertThat(passed(first)).containsExactly(7L);
      assertThat(passed(second)).containsExactly(8L);
    }
  }

  @Test
  void whatIsHeldOutlivesARestart() throws Exception {
    OperatorSubtaskState state;
    try (var before = job(3)) {
      before.open();
      before.setProcessingTime(0);
      before.processElement(rejection(7), 0);
      state = before.snapshot(1, 1);
    }
    try (var after = job(3)) {
      after.initializeState(state);
      after.open();
      after.setProcessingTime(DELAY.toMillis());
      assertThat(passed(after)).containsExactly(7L);
    }
  }
}
