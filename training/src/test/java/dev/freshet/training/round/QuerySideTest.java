package dev.freshet.training.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.model.checkpoint.LocalModuleStorage;
import dev.freshet.model.checkpoint.ModuleCheckpoint;
import dev.freshet.model.checkpoint.ModuleManifest;
import dev.freshet.model.checkpoint.ModuleRegistry;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.service.Encoders;
import dev.freshet.model.tuning.IaaL;
import dev.freshet.model.tuning.Tuning;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.sampling.Relevance;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Modules that are tuned already, of which the query side alone is tuned: documents stay encoded.
 */
class QuerySideTest {
  private static final Tuning OTHER = Tuning.of(new IaaL(4, 8)).withDeviation(0.25);
  private static final Tuning IAA = Tuning.of(new IaaL(8, 16)).withDeviation(0.25);
  private static final CorpusCollection COLLECTION = TinyWorld.collection(24);
  private static final int BEFORE = 1;
  private static final int AFTER = 2;

  @TempDir private static Path model;
  private static Backbone backbone;
  @TempDir private Path folder;
  private ModuleRegistry modules;

  @BeforeAll
  static void open() {
    backbone = TinyWorld.backbone(model);
  }

  @AfterAll
  static void close() {
    backbone.close();
  }

  @BeforeEach
  void openRegistry() {
    modules = new ModuleRegistry(new LocalModuleStorage(folder), Clock.systemUTC());
  }

  private ModuleCheckpoint tuned(ModuleSides sides) {
    try (TunedModel tuned = TunedModel.initial(backbone, IAA, sides, 1)) {
      train(tuned);
      return publish(BEFORE, tuned);
    }
  }

  private static void train(TunedModel tuned) {
    try (RoundObjective objective =
        new RetrievalObjective(
            tuned,
            TinyWorld.examples(COLLECTION),
            Relevance.ofJudgements(COLLECTION.judgements()),
            new RetrievalSettings(8, 0.1, 0, false),
            1)) {
      TuningPlan plan = new TuningPlan(5, 1, 2e-2, 0.1, 0.01, 0, 0);
      new TuningRound(tuned, objective, plan, RoundListener.NONE, null, null).run();
    }
  }

  private ModuleCheckpoint publish(int generation, TunedModel tuned) {
    modules.publish(
        generation,
        new ModuleManifest.Draft(
            tuned.tuning().toJson(), tuned.sides(), backbone.sha256(), null, null, Map.of(), null),
        tuned.toWrite());
    return modules.open(generation, backbone.sha256());
  }

  /** The bytes of a side's tensors by their names in the method; empty where it has none. */
  private static Map<String, ByteBuffer> tensors(ModuleCheckpoint checkpoint, Side side) {
    Map<String, ByteBuffer> bytes = new TreeMap<>();
    String prefix = checkpoint.manifest().sides().prefix(side);
    if (prefix != null) {
      SafetensorsFile file = checkpoint.tensors();
      file.names().stream()
          .filter(name -> name.startsWith(prefix))
          .forEach(name -> bytes.put(name.substring(prefix.length()), file.bytes(name)));
    }
    return bytes;
  }

  private String fingerprint(int generation, Side side) {
    EncoderSettings settings =
        EncoderSettings.defaults().withModel(model).withModules(modules.folder(generation));
    try (Encoder encoder = Encoders.acquire(settings, side)) {
      return encoder.fingerprint();
    }
  }

  @ParameterizedTest
  @EnumSource(ModuleSides.class)
  void tuningItFurtherLeavesDocumentsAsTheyAreToTheBit(ModuleSides sides) {
    ModuleCheckpoint before = tuned(sides);
    try (TunedModel further = TunedModel.querySideOf(backbone, before, 2)) {
      assertOnlyQueriesChange(before, further);
    }
  }

  @ParameterizedTest
  @EnumSource(ModuleSides.class)
  void beginningItAnewLeavesDocumentsAsTheyAreToTheBit(ModuleSides sides) {
    ModuleCheckpoint before = tuned(sides);
    try (TunedModel anew = TunedModel.newQuerySideOf(backbone, before, OTHER, 2)) {
      // With the document side's modules those of the query side have one method.
      assertThat(anew.tuning()).isEqualTo(sides == ModuleSides.QUERY ? OTHER : IAA);
      assertOnlyQueriesChange(before, anew);
    }
  }

  private void assertOnlyQueriesChange(ModuleCheckpoint before, TunedModel started) {
    assertThat(started.isTrained(Side.QUERY)).isTrue();
    assertThat(started.isTrained(Side.DOCUMENT)).isFalse();
    train(started);
    ModuleCheckpoint after = publish(AFTER, started);
    assertThat(tensors(after, Side.DOCUMENT)).isEqualTo(tensors(before, Side.DOCUMENT));
    assertThat(fingerprint(AFTER, Side.DOCUMENT)).isEqualTo(fingerprint(BEFORE, Side.DOCUMENT));
    assertThat(tensors(after, Side.QUERY)).isNotEmpty().isNotEqualTo(tensors(before, Side.QUERY));
    assertThat(fingerprint(AFTER, Side.QUERY)).isNotEqualTo(fingerprint(BEFORE, Side.QUERY));
  }

  @Test
  void itBeginsAsTheSharedModulesOrAsTheBackbone() {
    ModuleCheckpoint shared = tuned(ModuleSides.SHARED);
    String query = COLLECTION.queries().get(0).text();
    float[] tuned;
    float[] untuned;
    try (TunedModel of = TunedModel.of(backbone, shared);
        TunedModel frozen = TunedModel.frozen(backbone)) {
      tuned = vector(of, query);
      untuned = vector(frozen, query);
    }
    assertThat(tuned).isNotEqualTo(untuned);
    try (TunedModel further = TunedModel.querySideOf(backbone, shared, 2);
        TunedModel anew = TunedModel.newQuerySideOf(backbone, shared, IAA, 2)) {
      assertThat(vector(further, query)).containsExactly(tuned);
      assertThat(vector(anew, query)).containsExactly(untuned);
    }
  }

  private static float[] vector(TunedModel tuned, String query) {
    return new TunedBiEncoder(tuned).encodeQueries(List.of(query))[0];
  }
}
