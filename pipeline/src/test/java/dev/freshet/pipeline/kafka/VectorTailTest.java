package dev.freshet.pipeline.kafka;

import static dev.freshet.pipeline.event.Topics.FIRST_GENERATION;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real topic with good and bad records, followed into a target that has no room at first. */
@Tag("slow")
class VectorTailTest {
  private static final Topics TOPICS = new Topics("test.");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  /** Takes nothing while it is full. */
  private static final class Target implements VectorTail.Target {
    volatile boolean isFull = true;
    volatile boolean isBroken;
    final AtomicInteger refused = new AtomicInteger();
    final List<String> ids = Collections.synchronizedList(new ArrayList<>());
    volatile Map<Integer, Long> offsets = Map.of();

    @Override
    public Map<Integer, Long> offsets() {
      return offsets;
    }

    @Override
    public void apply(List<VectorRecord> changes, Map<Integer, Long> nextOffsets) {
      refuseIf(isFull, "no room for a change");
      changes.forEach(change -> ids.add(change.id()));
      Map<Integer, Long> all = new HashMap<>(offsets);
      all.putAll(nextOffsets);
      offsets = Map.copyOf(all);
    }

    @Override
    public void recover() {
      refuseIf(isBroken, "no room to recover");
    }

    private void refuseIf(boolean is, String message) {
      if (is) {
        refused.incrementAndGet();
        throw new TargetFullException(message, new IllegalStateException("full"));
      }
    }
  }

  @Test
  void aNameThatIsGoneIsToldFromOtherFailures() {
    Properties gone = new Properties();
    gone.setProperty("bootstrap.servers", "no-such-broker.invalid:9092");
    assertThatExceptionOfType(KafkaException.class)
        .isThrownBy(() -> KafkaClients.consumer(gone).close())
        .matches(VectorTail::isUnresolved);
    assertThatExceptionOfType(KafkaException.class)
        .isThrownBy(() -> KafkaClients.consumer(wrong()).close())
        .matches(e -> !VectorTail.isUnresolved(e));
  }

  private static Properties wrong() {
    Properties wrong = new Properties();
    wrong.setProperty("bootstrap.servers", "127.0.0.1:9092");
    wrong.setProperty("security.protocol", "NONE");
    return wrong;
  }

  @Test
  void whatCannotBeAClientIsSaid() {
    try (VectorTail tail =
        VectorTail.start(
            wrong(),
            TOPICS.vectors(FIRST_GENERATION),
            null,
            new Target(),
            (record, reason) -> {})) {
      await().atMost(PATIENCE).until(() -> tail.failure() != null);
      assertThat(tail.failure()).isInstanceOf(KafkaException.class);
    }
  }

  /** The broker hands on what its disk has; the consumer refuses it, and no retry is its own. */
  @Test
  void whatCannotBeReadIsTriedUntilItCan() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
      KafkaConfig config =
          new KafkaConfig(kafka.bootstrapServers(), TOPICS.prefix(), 1, 1, Map.of());
      TopicProvisioner.provision(config, TOPICS, FIRST_GENERATION, 1 << 20);
      try (var producer =
          new KafkaProducer<>(
              KafkaClients.producerProperties(config, 1 << 20),
              new ByteArraySerializer(),
              new ByteArraySerializer())) {
        send(producer, "a", delete("a", 0));
        send(producer, "b", delete("b", 1));
      }
      Path segment =
          folder
              .resolve("log")
              .resolve(TOPICS.vectors(FIRST_GENERATION) + "-0")
              .resolve("00000000000000000000.log");
      flipLastByte(segment);
      Target target = new Target();
      target.isFull = false;
      try (VectorTail tail =
          VectorTail.start(
              KafkaClients.properties(config),
              TOPICS.vectors(FIRST_GENERATION),
              null,
              target,
              (record, reason) -> {})) {
        await().atMost(PATIENCE).until(() -> tail.waiting() != null || tail.failure() != null);
        assertThat(tail.failure()).isNull();
        assertThat(tail.waiting()).contains("cannot be read", "fetching the next record");
        assertThat(tail.caughtUp()).isFalse();
        flipLastByte(segment);
        await().atMost(PATIENCE).until(() -> tail.waiting() == null);
        assertThat(target.ids).containsExactly("a", "b");
        assertThat(tail.caughtUp()).isTrue();
      }
    }
  }

  @Test
  void partitionsThatComeLaterAreReadFromTheirBeginning() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
      KafkaConfig config =
          new KafkaConfig(kafka.bootstrapServers(), TOPICS.prefix(), 1, 1, Map.of());
      TopicProvisioner.provision(config, TOPICS, FIRST_GENERATION, 1 << 20);
      String topic = TOPICS.vectors(FIRST_GENERATION);
      Target target = new Target();
      target.isFull = false;
      Properties impatient = KafkaClients.properties(config);
      impatient.setProperty("metadata.max.age.ms", "200");
      try (var producer =
              new KafkaProducer<>(
                  KafkaClients.producerProperties(config, 1 << 20),
                  new ByteArraySerializer(),
                  new ByteArraySerializer());
          Admin admin = Admin.create(KafkaClients.properties(config));
          VectorTail tail =
              VectorTail.start(impatient, topic, null, target, (record, reason) -> {})) {
        send(producer, "a", delete("a", 0));
        await().atMost(PATIENCE).until(() -> target.ids.contains("a"));
        admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all().get();
        // The producer asks for a partition that it does not know yet.
        producer
            .send(new ProducerRecord<>(topic, 2, VectorRecordCodec.key("new"), delete("new", 1)))
            .get();
        send(producer, "b", delete("b", 2));
        await().atMost(PATIENCE).until(() -> target.ids.containsAll(List.of("a", "new", "b")));
        assertThat(target.ids).containsExactlyInAnyOrder("a", "new", "b");
        assertThat(tail.failure()).isNull();
      }
    }
  }

  private static void flipLastByte(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      long last = bytes.length() - 1;
      bytes.seek(last);
      int value = bytes.read();
      bytes.seek(last);
      bytes.write(value ^ 1);
    }
  }

  @Test
  void whatIsMalformedIsHandedOnOnceHoweverOftenTheTargetIsFull() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
      KafkaConfig config =
          new KafkaConfig(kafka.bootstrapServers(), TOPICS.prefix(), 1, 1, Map.of());
      TopicProvisioner.provision(config, TOPICS, FIRST_GENERATION, 1 << 20);
      try (var producer =
          new KafkaProducer<>(
              KafkaClients.producerProperties(config, 1 << 20),
              new ByteArraySerializer(),
              new ByteArraySerializer())) {
        send(producer, "a", null);
        send(producer, "b", delete("b", 1));
        send(producer, "c", "no vectors".getBytes(UTF_8));
        send(producer, "d", delete("d", 3));
        Target target = new Target();
        List<Long> malformed = Collections.synchronizedList(new ArrayList<>());
        try (VectorTail tail =
            VectorTail.start(
                KafkaClients.properties(config),
                TOPICS.vectors(FIRST_GENERATION),
                null,
                target,
                (record, reason) -> malformed.add(record.offset()))) {
          await().atMost(PATIENCE).until(() -> target.refused.get() >= 3);
          assertThat(tail.waiting()).isEqualTo("no room for a change");
          assertThat(tail.caughtUp()).isFalse();
          target.isFull = false;
          await().atMost(PATIENCE).until(tail::caughtUp);
          assertThat(target.ids).containsExactly("b", "d");
          assertThat(malformed).containsExactly(0L, 2L);
          assertThat(tail.waiting()).isNull();

          // What is broken is seen to also while nothing comes, and before what comes next.
          target.isBroken = true;
          await().atMost(PATIENCE).until(() -> "no room to recover".equals(tail.waiting()));
          send(producer, "e", delete("e", 4));
          target.isBroken = false;
          await().atMost(PATIENCE).until(() -> target.ids.contains("e"));
          assertThat(tail.waiting()).isNull();
          assertThat(malformed).containsExactly(0L, 2L);
        }
      }
    }
  }

  private static byte[] delete(String id, long offset) {
    return VectorRecordCodec.encode(
        new VectorRecord.Delete(id, FIRST_GENERATION, new Position(0, offset), offset));
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, String id, byte @Nullable [] value) throws Exception {
    producer
        .send(
            new ProducerRecord<>(
                TOPICS.vectors(FIRST_GENERATION), VectorRecordCodec.key(id), value))
        .get();
  }
}
