package dev.freshet.model.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.freshet.model.NativeMemory;
import dev.freshet.model.checkpoint.InvalidModelException;
import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.SafetensorsWriter;
import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.model.encoder.BertBackbone;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.encoder.ModelFolder;
import dev.freshet.model.encoder.Priority;
import dev.freshet.model.encoder.SeededBackbone;
import dev.freshet.model.encoder.UnitVectors;
import dev.freshet.model.tuning.Adapter;
import dev.freshet.model.tuning.IaaL;
import dev.freshet.model.tuning.ModuleTensors;
import dev.freshet.model.tuning.Tuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Generations and sides over one backbone. */
@Timeout(120)
class GenerationsTest {
  private static final Tuning TUNING = Tuning.of(new IaaL(4, 5));
  private static final int[] TOKENS = {2, 17, 18, 19, 3};

  @TempDir static Path model;
  @TempDir Path registry;
  private Checkpoints checkpoints;

  @BeforeAll
  static void write() {
    Caches.useBuildFolder();
    SeededBackbone.write(model, new BackboneShape(2, 16, 4, 24, 64), 3, null);
  }

  @BeforeEach
  void open() {
    checkpoints = new Checkpoints(registry, model);
  }

  private static EncoderSettings settings(Path modules) {
    return new EncoderSettings(
        model, modules, "cpu", 2, 256, Duration.ofMillis(1), null, null, null, 8, 16);
  }

  private static EncoderSettings frozen() {
    return settings(model).withModules(null);
  }

  private static float[] vector(Encoder encoder) {
    return encoder.encode(TOKENS, Priority.SERVED).join();
  }

  private static float[] vector(EncoderSettings settings, Side side) {
    try (Encoder encoder = Encoders.acquire(settings, side)) {
      return vector(encoder);
    }
  }

  private static String fingerprint(EncoderSettings settings, Side side) {
    try (Encoder encoder = Encoders.acquire(settings, side)) {
      return encoder.fingerprint();
    }
  }

  @Test
  void aCheckpointGivesTheVectorsOfItsModules() {
    Path modules = checkpoints.shared(7, TUNING, 1);
    ModelFolder folder = ModelFolder.read(model);
    SafetensorsFile weights = SafetensorsFile.open(folder.weights());
    float[] expected;
    try (BertBackbone backbone = BertBackbone.open(folder.config(), weights, Device.cpu())) {
      ModuleTensors tensors =
          ModuleTensors.load(
              TUNING, backbone, SafetensorsFile.open(modules.resolve("modules.safetensors")));
      try (BertModel tuned = new BertModel(backbone, TUNING.bind(tensors, folder.config()))) {
        expected = UnitVectors.normalise(tuned.embed(List.of(TOKENS), folder.pooling())[0]);
      }
    }
    assertThat(vector(settings(modules), Side.QUERY)).containsExactly(expected);
    assertThat(vector(settings(modules), Side.DOCUMENT)).containsExactly(expected);
    assertThat(vector(frozen(), Side.DOCUMENT)).isNotEqualTo(expected);
  }

  @Test
  void generationsAndSidesShareOneBatcherAndTheBackboneOutlivesEach() {
    Path first = checkpoints.shared(1, TUNING, 1);
    Path second = checkpoints.separate(2, Tuning.of(new Adapter(3)), 2, 3);
    Encoder one = Encoders.acquire(settings(first), Side.DOCUMENT);
    Encoder two = Encoders.acquire(settings(second), Side.DOCUMENT);
    Encoder queries = Encoders.acquire(settings(second), Side.QUERY);
    Encoder plain = Encoders.acquire(frozen());
    vector(one);
    vector(two);
    vector(queries);
    vector(plain);
    for (Encoder encoder : List.of(one, two, queries, plain)) {
      assertThat(Encoders.statistics(encoder).sequences()).isEqualTo(4);
    }
    one.close();
    plain.close();
    float[] before = vector(two);
    queries.close();
    assertThat(vector(two)).containsExactly(before);
    two.close();
    try (Encoder fresh = Encoders.acquire(frozen())) {
      assertThat(Encoders.statistics(fresh).sequences()).as("a batcher of its own").isZero();
    }
  }

  @Test
  void theDescriptionSaysWhichModules() {
    Path shared = checkpoints.shared(7, TUNING, 1);
    Path queryOnly = checkpoints.queryOnly(8, TUNING, 1);
    try (Encoder both = Encoders.acquire(settings(shared));
        Encoder query = Encoders.acquire(settings(queryOnly), Side.QUERY);
        Encoder document = Encoders.acquire(settings(queryOnly), Side.DOCUMENT);
        Encoder plain = Encoders.acquire(frozen())) {
      // Per layer two adapters of 4 and one aside of 5, each 2·16·width + width + 16.
      int parameters = 2 * (2 * (2 * 16 * 4 + 4 + 16) + 2 * 16 * 5 + 5 + 16);
      assertThat(both.description())
          .contains("modules of generation 7 for both sides: iaa-l, " + parameters + " parameters");
      assertThat(query.description()).contains("generation 8 for the query side");
      assertThat(document.description()).contains("no modules on the document side");
      assertThat(plain.description()).doesNotContain("modules");
    }
  }

  @Test
  void separateSidesHaveModulesOfTheirOwn() {
    EncoderSettings separate = settings(checkpoints.separate(1, TUNING, 10, 11));
    EncoderSettings asQuery = settings(checkpoints.shared(2, TUNING, 10));
    EncoderSettings asDocument = settings(checkpoints.shared(3, TUNING, 11));
    assertThat(vector(separate, Side.QUERY)).containsExactly(vector(asQuery, Side.QUERY));
    assertThat(vector(separate, Side.DOCUMENT)).containsExactly(vector(asDocument, Side.DOCUMENT));
    assertThat(vector(separate, Side.QUERY)).isNotEqualTo(vector(separate, Side.DOCUMENT));
    assertThatThrownBy(() -> Encoders.acquire(separate))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("different for queries and documents");
  }

  @Test
  void anotherQuerySideLeavesTheDocumentsFingerprint() {
    EncoderSettings one = settings(checkpoints.separate(1, TUNING, 10, 11));
    EncoderSettings otherQueries = settings(checkpoints.separate(2, TUNING, 12, 11));
    EncoderSettings otherDocuments = settings(checkpoints.separate(3, TUNING, 10, 13));
    EncoderSettings queryOnly = settings(checkpoints.queryOnly(4, TUNING, 10));
    String documents = fingerprint(one, Side.DOCUMENT);
    String queries = fingerprint(one, Side.QUERY);
    assertThat(fingerprint(otherQueries, Side.DOCUMENT)).isEqualTo(documents);
    assertThat(fingerprint(otherQueries, Side.QUERY)).isNotEqualTo(queries);
    assertThat(fingerprint(otherDocuments, Side.DOCUMENT)).isNotEqualTo(documents);
    assertThat(fingerprint(otherDocuments, Side.QUERY)).isEqualTo(queries);
    assertThat(fingerprint(queryOnly, Side.QUERY)).isEqualTo(queries);
    assertThat(fingerprint(queryOnly, Side.DOCUMENT))
        .isEqualTo(fingerprint(frozen(), Side.DOCUMENT))
        .isNotEqualTo(documents);
    assertThat(vector(queryOnly, Side.DOCUMENT)).containsExactly(vector(frozen(), Side.DOCUMENT));
  }

  @Test
  void aPrefixBelongsToItsSideOnly() {
    EncoderSettings plain = frozen();
    EncoderSettings prefixed =
        new EncoderSettings(
            model, null, "cpu", 2, 256, Duration.ofMillis(1), null, "q: ", null, 8, 16);
    assertThat(fingerprint(prefixed, Side.DOCUMENT)).isEqualTo(fingerprint(plain, Side.DOCUMENT));
    assertThat(fingerprint(prefixed, Side.QUERY)).isNotEqualTo(fingerprint(plain, Side.QUERY));
  }

  @Test
  void sharedModulesAreOneModel() {
    Path modules = checkpoints.shared(1, TUNING, 1);
    try (Encoder query = Encoders.acquire(settings(modules), Side.QUERY);
        Encoder document = Encoders.acquire(settings(modules), Side.DOCUMENT)) {
      assertThat(query)
          .isInstanceOfSatisfying(
              EncoderHandle.class,
              h -> {
                assertThat(h.isForBothSides()).isTrue();
                assertThat(document)
                    .isInstanceOfSatisfying(
                        EncoderHandle.class,
                        other -> assertThat(other.model()).isSameAs(h.model()));
              });
    }
  }

  @Test
  void generationsComeAndGoBesideOneThatWorks() {
    List<Path> folders = new ArrayList<>();
    for (int g = 1; g <= 4; g++) {
      folders.add(checkpoints.shared(g, TUNING, g));
    }
    try (Encoder served = Encoders.acquire(settings(folders.get(0)))) {
      float[] expected = vector(served);
      List<CompletableFuture<float[]>> all = new ArrayList<>();
      for (int round = 0; round < 30; round++) {
        try (Encoder other = Encoders.acquire(settings(folders.get(1 + round % 3)))) {
          for (int i = 0; i < 20; i++) {
            all.add(served.encode(TOKENS, Priority.SERVED));
            other.encode(TOKENS, Priority.BUILDING);
          }
        }
      }
      for (CompletableFuture<float[]> future : all) {
        assertThat(future.join()).usingComparatorWithPrecision(1e-5f).containsExactly(expected);
      }
    }
  }

  @Test
  void whatCannotBeUsedIsRefusedInASentenceAndHoldsNothing() throws IOException {
    Path altered = checkpoints.shared(1, TUNING, 1);
    Path file = altered.resolve("modules.safetensors");
    assertThat(file.toFile().setWritable(true)).isTrue();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertRefused(altered, "altered after it was published");

    assertRefused(registry.resolve("nowhere"), "is not a folder: give a module checkpoint");
    Files.delete(file);
    assertRefused(altered, "modules.safetensors is missing");

    Path otherModel = registry.resolve("other-model");
    SeededBackbone.write(otherModel, new BackboneShape(2, 16, 4, 24, 64), 4, null);
    assertRefused(
        new Checkpoints(registry, otherModel).shared(2, TUNING, 1),
        "generation 2",
        "trained on the backbone with SHA-256");

    List<SafetensorsWriter.Tensor> adapters = checkpoints.tensors(Tuning.of(new Adapter(4)), "", 1);
    assertRefused(
        checkpoints.publish(3, TUNING, ModuleSides.SHARED, adapters),
        "has no tensor encoder.layer.0.aside.down.weight");
    assertRefused(
        checkpoints.publish(4, TUNING, ModuleSides.SEPARATE, checkpoints.tensors(TUNING, "", 1)),
        "is of no side",
        "[query., document.]");
    assertRefused(
        checkpoints.publish(
            5, TUNING, ModuleSides.SEPARATE, checkpoints.tensors(TUNING, "query.", 1)),
        "has no tensor document.encoder.layer.0");

    try (Encoder fresh = Encoders.acquire(frozen())) {
      assertThat(Encoders.statistics(fresh).sequences()).isZero();
      assertThat(vector(fresh)).hasSize(16);
    }
  }

  private static void assertRefused(Path modules, String... parts) {
    for (Side side : Side.values()) {
      assertThatThrownBy(() -> Encoders.acquire(settings(modules), side))
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContainingAll(parts);
    }
  }

  @Test
  void memoryStaysFlatOverEncodesAndLoads() throws IOException {
    NativeMemory.assumeKnown();
    Path modules = checkpoints.separate(1, TUNING, 1, 2);
    try (Encoder served = Encoders.acquire(frozen())) {
      load(modules, 25);
      encode(served, 5_000);
      long limit = 20_000;
      long growth =
          NativeMemory.leastGrowthKib(
              limit,
              () -> {
                load(modules, 50);
                encode(served, 10_000);
              });
      assertThat(growth).as("growth in KiB").isLessThan(limit);
    }
  }

  /** Not when the garbage collector finds the time: a retired generation gives its pages back. */
  @Test
  void closingAGenerationUnmapsItsModules() throws IOException {
    NativeMemory.assumeKnown();
    Path modules = checkpoints.separate(1, TUNING, 1, 2);
    String file = modules.resolve("modules.safetensors").toRealPath().toString();
    try (Encoder plain = Encoders.acquire(frozen())) {
      try (Encoder encoder = Encoders.acquire(settings(modules), Side.QUERY)) {
        vector(encoder);
        assertThat(NativeMemory.isMapped(file)).isTrue();
      }
      assertThat(NativeMemory.isMapped(file)).isFalse();
      vector(plain);
    }
  }

  private static void load(Path modules, int times) {
    for (int i = 0; i < times; i++) {
      vector(settings(modules), Side.QUERY);
    }
  }

  private static void encode(Encoder encoder, int times) {
    List<CompletableFuture<float[]>> futures = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      futures.add(encoder.encode(TOKENS, Priority.SERVED));
    }
    futures.forEach(CompletableFuture::join);
  }

  /** The modules themselves are mapped, so all that a generation may add is a few handles. */
  @Test
  void aGenerationCostsHardlyMoreThanItsModules(@TempDir Path wide) throws IOException {
    NativeMemory.assumeKnown();
    SeededBackbone.write(wide, new BackboneShape(2, 256, 4, 512, 64), 3, null);
    Checkpoints wideCheckpoints = new Checkpoints(registry, wide);
    Tuning tuning = Tuning.of(new IaaL(300, 300));
    List<Path> folders = new ArrayList<>();
    long bytes = 0;
    for (int g = 1; g <= 20; g++) {
      folders.add(wideCheckpoints.shared(g, tuning, g));
      bytes += Files.size(folders.get(g - 1).resolve("modules.safetensors"));
    }
    List<Encoder> open = new ArrayList<>();
    try (Encoder plain = Encoders.acquire(frozen().withModel(wide))) {
      for (Path folder : folders) { // warm-up: what the engine and the compiler take once
        vector(settings(folder).withModel(wide), Side.QUERY);
      }
      vector(plain);
      long before = NativeMemory.anonymousKib();
      for (Path folder : folders) {
        Encoder encoder = Encoders.acquire(settings(folder).withModel(wide));
        open.add(encoder);
        vector(encoder);
      }
      long growth = NativeMemory.anonymousKib() - before;
      assertThat(growth * 1024)
          .as("beside modules of %d bytes", bytes)
          .isLessThan(bytes * 15 / 100);
    } finally {
      open.forEach(Encoder::close);
    }
  }
}
