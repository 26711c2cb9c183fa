package dev.freshet.pipeline.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.DeadLetter;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.GenerationRecordCodec;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
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

  private static final GenerationRecord FIRST =
      GenerationRecord.first(1, "f", "a model", Instant.EPOCH);

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
    announce(FIRST);
    announce(rejected);
  }

  private void announce(GenerationRecord record) throws Exception {
    producer
        .send(
            new ProducerRecord<>(
                TOPICS.models(),
                GenerationRecordCodec.key(record.generation()),
                GenerationRecordCodec.encode(record)))
        .get(60, TimeUnit.SECONDS);
  }

  private static GenerationRecord complete(int generation) {
    return GenerationRecord.published(
            generation, "f", "a model", generation, 1, Map.of(), Instant.EPOCH)
        .complete(new TreeMap<>(), Instant.EPOCH);
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

  @Test
  void howeverManyGenerationsLiveNoTwoReportAtOnce() throws Exception {
    for (int generation = 3; generation <= 7; generation++) {
      announce(complete(generation));
    }
    try (var first = job(1);
        var sixth = job(7)) {
      first.open();
      sixth.open();
      sixth.setProcessingTime(0);
      first.processElement(rejection(9), 0);
      sixth.processElement(rejection(9), 0);
      sixth.processElement(rejection(10), 0);
      assertThat(passed(first)).containsExactly(9L);
      assertThat(passed(sixth)).isEmpty();
      write(rejection(9));
      sixth.setProcessingTime(5 * DELAY.toMillis() - 1);
      assertThat(passed(sixth)).isEmpty();
      sixth.setProcessingTime(5 * DELAY.toMillis());
      assertThat(passed(sixth)).containsExactly(10L);
    }
  }

  @Test
  void theTurnsMoveUpWhenAGenerationRetires() throws Exception {
    announce(complete(3).served(Instant.EPOCH));
    announce(complete(4));
    try (var third = job(3);
        var fourth = job(4)) {
      third.open();
      fourth.open();
      announce(FIRST.retired("too old", Instant.EPOCH));
      third.setProcessingTime(1_000);
      fourth.setProcessingTime(1_000);
      third.processElement(rejection(7), 0);
      fourth.processElement(rejection(8), 0);
      assertThat(passed(third)).containsExactly(7L);
      fourth.setProcessingTime(1_000 + DELAY.toMillis());
      assertThat(passed(fourth)).containsExactly(8L);
    }
  }

  @Test
  void noTwoJobsHaveTheSameTurnAndOneThatEndsComesAfterThemAll() throws Exception {
    var random = new Random(1);
    Generations all = Generations.NONE.with(FIRST);
    for (int generation = 2; generation <= 60; generation++) {
      GenerationRecord record = complete(generation);
      all = all.with(random.nextInt(3) == 0 ? record : record.retired("superseded", Instant.EPOCH));
    }
    Set<Integer> turns = new HashSet<>();
    for (GenerationRecord record : all.all()) {
      int turn = ReportOnce.turn(all, record.generation());
      if (record.isLive()) {
        assertThat(turns.add(turn)).as("turn %d is another one's", turn).isTrue();
      } else {
        assertThat(turn).isEqualTo(all.vectorsInUse().size());
      }
    }
    assertThat(turns).hasSizeGreaterThan(10).contains(0).allMatch(turn -> turn < turns.size());
  }
}
