package dev.freshet.pipeline.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.DeadLetter;
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
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jobs of two generations that come upon the same records, on a real broker. */
class ReportOnceTest {
  private static final Topics TOPICS = new Topics("test.");
  private static final Duration DELAY = Duration.ofSeconds(2);

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
  }

  @AfterEach
  void stop() throws Exception {
    producer.close();
    kafka.close();
  }

  private KeyedOneInputStreamOperatorTestHarness<Integer, Rejection, Rejection> job(Duration delay)
      throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(
            new ReportOnce(new JobConfig(config), TOPICS.documents(), delay)),
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
    try (var first = job(Duration.ZERO);
        var second = job(DELAY)) {
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
    try (var before = job(DELAY)) {
      before.open();
      before.setProcessingTime(0);
      before.processElement(rejection(7), 0);
      state = before.snapshot(1, 1);
    }
    try (var after = job(DELAY)) {
      after.initializeState(state);
      after.open();
      after.setProcessingTime(DELAY.toMillis());
      assertThat(passed(after)).containsExactly(7L);
    }
  }
}
