package dev.freshet.pipeline.tune;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.model.checkpoint.LocalModuleStorage;
import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.model.checkpoint.ModuleManifest;
import dev.freshet.model.checkpoint.ModuleRegistry;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.model.encoder.SeededBackbone;
import dev.freshet.model.tuning.IaaL;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.config.TuneConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.GenerationState;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.event.VectorRecordCodec;
import dev.freshet.pipeline.kafka.EmbeddedKafka;
import dev.freshet.pipeline.kafka.KafkaClients;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.kafka.TopicProvisioner;
import dev.freshet.pipeline.registry.GenerationModules;
import dev.freshet.pipeline.registry.GenerationPublisher;
import dev.freshet.training.click.Attractiveness;
import dev.freshet.training.click.ClickModel;
import dev.freshet.training.click.ExaminationCurve;
import dev.freshet.training.click.Impression;
import dev.freshet.training.click.Page;
import dev.freshet.training.click.PagePolicy;
import dev.freshet.training.click.PositionBasedModel;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.evaluation.Qrels;
import dev.freshet.training.feedback.FeedbackRound;
import dev.freshet.training.feedback.Interaction;
import dev.freshet.training.feedback.Interactions;
import dev.freshet.training.round.Backbone;
import dev.freshet.training.round.TunedModel;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A round of a query side, from modules for both sides that are served, on a real broker. */
@Tag("slow")
class ServedRoundTest {
  private static final Topics TOPICS = new Topics("test.");
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  /** The generation that is served. */
  private static final int SERVED = 2;

  private static final int DOCUMENTS = 32;
  private static final int PAGE = 4;
  private static final int SESSIONS = 20;

  /** By which the modules that are served are no new ones; steps change far less. */
  private static final float SHIFT = 0.05f;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(value = TuneConfig.Start.class, mode = EnumSource.Mode.EXCLUDE, names = "NEVER")
  void aQuerySideIsTunedAndNoDocumentNeedsToBeEncoded(TuneConfig.Start start) throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
      FreshetConfig config = config(kafka, start);
      TopicProvisioner.provision(config.kafka(), TOPICS, SERVED, 1 << 20);
      ModelsTopic models = new ModelsTopic(config.kafka(), TOPICS, CLOCK);
      GenerationRecord served = serveTunedModules(config, models);
      writeDocuments(config);

      new ServedRound(config, CLOCK)
          .run(
              () ->
                  new FeedbackRound.Lesson(
                      clicks(), Interactions.NONE, Interactions.NONE, Set.of()));

      GenerationRecord next = Objects.requireNonNull(models.read().get(SERVED + 1));
      assertThat(next.vectors()).isEqualTo(SERVED);
      assertThat(next.fingerprint()).isEqualTo(served.fingerprint());
      SafetensorsFile before = checkpoint(config, SERVED).tensors();
      ModuleCheckpoint checkpoint = checkpoint(config, SERVED + 1);
      assertThat(checkpoint.manifest().sides()).isEqualTo(ModuleSides.SEPARATE);
      SafetensorsFile after = checkpoint.tensors();
      assertThat(bytes(after, "document.")).isEqualTo(bytes(before, ""));
      assertThat(bytes(after, "query.")).isNotEqualTo(bytes(before, ""));
      if (start == TuneConfig.Start.SERVED) {
        assertThat(furthest(before, after)).isLessThan(SHIFT / 2);
      } else {
        assertThat(furthest(before, after)).isGreaterThan(SHIFT / 2);
      }
    }
  }

  @Test
  void whatSomebodyPublishesMeanwhileComesFirst() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0)) {
      FreshetConfig config = config(kafka, TuneConfig.Start.SERVED);
      TopicProvisioner.provision(config.kafka(), TOPICS, SERVED, 1 << 20);
      ModelsTopic models = new ModelsTopic(config.kafka(), TOPICS, CLOCK);
      serveTunedModules(config, models);
      writeDocuments(config);

      new ServedRound(config, CLOCK)
          .run(
              () -> {
                new GenerationPublisher(config, CLOCK).publish(folder.resolve("made").resolve("1"));
                return new FeedbackRound.Lesson(
                    clicks(), Interactions.NONE, Interactions.NONE, Set.of());
              });

      GenerationRecord candidate = Objects.requireNonNull(models.read().get(SERVED + 2));
      assertThat(candidate.state()).isEqualTo(GenerationState.REJECTED);
      assertThat(candidate.reasons())
          .contains("generation 3, which somebody has published meanwhile, comes first");
    }
  }

  private FreshetConfig config(EmbeddedKafka kafka, TuneConfig.Start start) {
    Path model = folder.resolve("model");
    SeededBackbone.write(model, new BackboneShape(2, 16, 4, 24, 32), 3, null);
    return ConfigLoader.load(
        null,
        Map.of(),
        Map.of(
            "kafka.bootstrapServers",
            kafka.bootstrapServers(),
            "kafka.topicPrefix",
            TOPICS.prefix(),
            "kafka.partitions",
            "1",
            "dataDir",
            folder.resolve("data").toString(),
            "encoder.model",
            model.toString(),
            "tune.start",
            start.toString(),
            "round.sides",
            "query",
            "round.method",
            "iaa-l",
            "round.steps",
            "3",
            "round.rate",
            "1e-4"));
  }

  private GenerationRecord serveTunedModules(FreshetConfig config, ModelsTopic models) {
    Path made = folder.resolve("made");
    try (Backbone backbone = Backbone.open(RoundPlan.backbone(config.encoder()), config.encoder());
        TunedModel model =
            TunedModel.initial(backbone, Tuning.of(new IaaL(4, 8)), ModuleSides.SHARED, 1)) {
      model.trainable().values().forEach(tensor -> tensor.addi(SHIFT));
      new ModuleRegistry(new LocalModuleStorage(made), CLOCK)
          .publish(
              1,
              new ModuleManifest.Draft(
                  model.tuning().toJson(), backbone.sha256(), null, null, Map.of(), null),
              model.toWrite());
    }
    GenerationRecord published = new GenerationPublisher(config, CLOCK).publish(made.resolve("1"));
    assertThat(published.generation()).isEqualTo(SERVED);
    GenerationRecord served =
        published.building(new TreeMap<>(), NOW).complete(new TreeMap<>(), NOW).served(NOW);
    models.announce(served);
    return served;
  }

  private static void writeDocuments(FreshetConfig config) {
    try (var producer =
        new KafkaProducer<>(
            KafkaClients.producerProperties(config.kafka(), 1 << 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < DOCUMENTS; i++) {
        VectorRecord record =
            new VectorRecord.Upsert(
                "d" + i,
                SERVED,
                new Position(0, i),
                i,
                "{\"text\": \"%s\"}".formatted(word(i)).getBytes(UTF_8),
                List.of(new PassageVector(0, 1, new float[] {1})));
        var unused =
            producer.send(
                new ProducerRecord<>(
                    TOPICS.vectors(SERVED),
                    VectorRecordCodec.key(record.id()),
                    VectorRecordCodec.encode(record)));
      }
    }
  }

  private static String word(int seed) {
    Random random = new Random(seed);
    return random
        .ints(6, 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Every query asked in turn, its answer second in the system's order. */
  private static Interactions clicks() {
    ClickModel users =
        new PositionBasedModel(
            ExaminationCurve.power(PAGE, 1), new Attractiveness(List.of(0.05, 0.9)));
    Random random = new Random(1);
    List<Interaction> all = new ArrayList<>();
    for (int session = 0; session < SESSIONS; session++) {
      for (int i = 0; i < DOCUMENTS; i++) {
        int answer = i;
        CorpusQuery query = Interaction.query(word(DOCUMENTS + i));
        List<String> shown =
            IntStream.range(0, PAGE)
                .mapToObj(place -> "d" + Math.floorMod(answer + place - 1, DOCUMENTS))
                .toList();
        Page page = Page.drawn(query.id(), shown, new PagePolicy.SwapTwo(0.2), random);
        Qrels truth = new Qrels(List.of(new Judgement(query.id(), "d" + answer, 1)));
        all.add(
            new Interaction(
                query,
                new Impression(page, "client-" + session, users.click(page, truth, random)),
                SERVED,
                NOW.plusSeconds(all.size())));
      }
    }
    return new Interactions(all);
  }

  private static ModuleCheckpoint checkpoint(FreshetConfig config, int generation) {
    ModuleRegistry registry = GenerationModules.of(config).registry();
    return registry.open(generation, registry.manifest(generation).backbone());
  }

  private static Map<String, ByteBuffer> bytes(SafetensorsFile file, String prefix) {
    Map<String, ByteBuffer> bytes = new TreeMap<>();
    file.names().stream()
        .filter(name -> name.startsWith(prefix))
        .forEach(name -> bytes.put(name.substring(prefix.length()), file.bytes(name)));
    return bytes;
  }

  /** How far a number of the query side is from where it was, at most. */
  private static double furthest(SafetensorsFile before, SafetensorsFile after) {
    double furthest = 0;
    for (String name : before.names()) {
      float[] old = before.floats(name);
      float[] now = after.floats("query." + name);
      for (int i = 0; i < old.length; i++) {
        furthest = Math.max(furthest, Math.abs(now[i] - old[i]));
      }
    }
    return furthest;
  }
}
