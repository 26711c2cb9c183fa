package dev.freshet.pipeline.tune;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.config.KafkaConfig;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import dev.freshet.pipeline.kafka.TopicReader;
import dev.freshet.training.corpus.CorpusDocument;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vectors of a generation on a real broker, of which a round reads the texts. */
class ServedDocumentsTest {
  private static final int GENERATION = 1;
  private static final int NONE = 0;
  private static final AtomicInteger TESTS = new AtomicInteger();

  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;
  private final Topics topics = new Topics("test-" + TESTS.incrementAndGet() + ".");
  private KafkaConfig config;

  @BeforeAll
  static void startBroker() throws Exception {
    kafka = EmbeddedKafka.start(folder, 0);
  }

  @AfterAll
  static void stopBroker() throws Exception {
    kafka.close();
  }

  @BeforeEach
  void provision() {
    config = new KafkaConfig(kafka.bootstrapServers(), topics.prefix(), 1, 1, Map.of());
    TopicProvisioner.provision(config, topics, GENERATION, 1 << 20);
  }

  private static VectorRecord upsert(String id, long offset, String text) {
    return new VectorRecord.Upsert(
        id,
        GENERATION,
        new Position(0, offset),
        offset,
        "{\"title\": \"of %s\", \"text\": \"%s\", \"attributes\": {\"place\": \"sea\"}}"
            .formatted(id, text)
            .getBytes(UTF_8),
        List.of(new PassageVector(0, 1, new float[] {1})));
  }

  private static VectorRecord delete(String id, long offset) {
    return new VectorRecord.Delete(id, GENERATION, new Position(0, offset), offset);
  }

  private void write(VectorRecord... records) throws Exception {
    List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
    for (VectorRecord record : records) {
      all.add(raw(record.id(), VectorRecordCodec.encode(record)));
    }
    send(all);
  }

  private ProducerRecord<byte[], byte[]> raw(String id, byte @Nullable [] value) {
    return new ProducerRecord<>(topics.vectors(GENERATION), VectorRecordCodec.key(id), value);
  }

  private void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            KafkaClients.producerProperties(config, 1 << 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      List<Future<?>> sent = new ArrayList<>();
      for (ProducerRecord<byte[], byte[]> record : records) {
        sent.add(producer.send(record));
      }
      for (Future<?> each : sent) {
        each.get(1, TimeUnit.MINUTES);
      }
    }
  }

  private List<CorpusDocument> read(Set<String> wanted, int sample) {
    ServedDocuments documents = new ServedDocuments(wanted, sample);
    TopicReader.readAll(
        KafkaClients.properties(config), topics.vectors(GENERATION), documents::add);
    return documents.documents();
  }

  private static List<String> ids(List<CorpusDocument> documents) {
    return documents.stream().map(CorpusDocument::id).toList();
  }

  @Test
  void ofADocumentTheNewestPositionWinsHoweverLateItComes() throws Exception {
    write(upsert("b", 1, "old"), upsert("b", 5, "new"), upsert("b", 3, "late"));
    write(upsert("a", 7, "only"));
    assertThat(read(Set.of("a", "b"), NONE))
        .containsExactly(
            new CorpusDocument("a", "of a", "only", Map.of("place", "sea")),
            new CorpusDocument("b", "of b", "new", Map.of("place", "sea")));
  }

  @Test
  void whatIsDeletedIsGoneUntilItIsWrittenAgain() throws Exception {
    write(upsert("gone", 1, "x"), delete("gone", 4), upsert("gone", 2, "late"));
    write(upsert("back", 1, "x"), delete("back", 3), upsert("back", 5, "again"));
    write(delete("never", 6));
    Set<String> wanted = Set.of("gone", "back", "never");
    assertThat(read(wanted, NONE)).singleElement().extracting("text").isEqualTo("again");
  }

  @Test
  void aTombstoneAndARecordThatCannotBeReadAreNoReasonToFail() throws Exception {
    write(upsert("a", 1, "x"));
    send(List.of(raw("a", null), raw("b", new byte[] {99})));
    write(upsert("c", 2, "y"));
    assertThat(ids(read(Set.of("a", "b", "c"), NONE))).containsExactly("a", "c");
  }

  @Test
  void whatIsWantedIsThereAndOfTheOthersASampleThatIsTheSameInEveryOrder() throws Exception {
    int others = 200;
    int sample = 20;
    List<VectorRecord> records = new ArrayList<>();
    IntStream.range(0, others).forEach(i -> records.add(upsert("other" + i, i, "x")));
    records.add(upsert("wanted", others, "x"));
    write(records.toArray(VectorRecord[]::new));
    List<String> read = ids(read(Set.of("wanted"), sample));
    assertThat(read).hasSize(sample + 1).contains("wanted").isSorted();
    assertThat(ids(read(Set.of("wanted"), others))).hasSize(others + 1);
    assertThat(ids(read(Set.of("wanted"), NONE))).containsExactly("wanted");

    // Written once more, in another order: a document that had to leave does not come back.
    Collections.shuffle(records, new Random(1));
    write(
        records.stream()
            .map(record -> upsert(record.id(), record.position().offset() + 1_000, "newer"))
            .toArray(VectorRecord[]::new));
    List<CorpusDocument> again = read(Set.of("wanted"), sample);
    assertThat(ids(again)).isEqualTo(read);
    assertThat(again).extracting(CorpusDocument::text).containsOnly("newer");
  }
}
