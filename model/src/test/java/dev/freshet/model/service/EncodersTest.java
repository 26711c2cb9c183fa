package dev.freshet.model.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.StandardCapabilities;
import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.encoder.EncodingException;
import dev.freshet.model.encoder.Priority;
import dev.freshet.model.encoder.SeededBackbone;
import dev.freshet.model.encoder.Torch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EncodersTest {
  @TempDir static Path folder;

  @BeforeAll
  static void write() {
    Caches.useBuildFolder();
    SeededBackbone.write(folder, new BackboneShape(2, 16, 4, 24, 64), 3, null);
  }

  private static EncoderSettings settings(Path model, String device, int maxLength) {
    return new EncoderSettings(
        model, null, device, 2, 256, Duration.ofMillis(1), maxLength, null, null, 8, 16);
  }

  private static float[] embed(Encoder encoder, String text) {
    return encoder.encode(encoder.tokenizeQuery(text), Priority.QUERY).join();
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @Test
  void builtInBackboneKnowsWhatWordsMean() {
    try (Encoder encoder = Encoders.acquire(EncoderSettings.defaults())) {
      assertThat(encoder.dimensions()).isEqualTo(128);
      assertThat(encoder.description())
          .contains("mean pooling", "128 tokens")
          .doesNotContain("RANDOM");
      float[] query = embed(encoder, "the oven stops unexpectedly");
      double near = cosine(query, embed(encoder, "Unexpected shutdown of the built-in oven."));
      double far = cosine(query, embed(encoder, "A bent wheel of the touring cycle."));
      assertThat(near).isGreaterThan(far + 0.1);
    }
  }

  @Test
  void equalSettingsShareOneModelUntilTheLastHandleCloses() {
    Encoder first = Encoders.acquire(settings(folder, "cpu", 32));
    Encoder second =
        Encoders.acquire(settings(folder.resolve("..").resolve(folder.getFileName()), "cpu", 32));
    embed(first, "one");
    assertThat(Encoders.statistics(second).sequences()).isOne();
    first.close();
    first.close();
    assertThatThrownBy(() -> first.cut("", "text")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> first.encode(new int[] {2, 3}, Priority.QUERY).get())
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(embed(second, "two")).hasSize(16);
    second.close();
    try (Encoder fresh = Encoders.acquire(settings(folder, "cpu", 32))) {
      assertThat(Encoders.statistics(fresh).sequences()).isZero();
      assertThat(embed(fresh, "three")).hasSize(16);
    }
  }

  @Test
  void manyThreadsGetTheVectorsThatOneGets() throws Exception {
    try (Encoder encoder = Encoders.acquire(settings(folder, "cpu", 64))) {
      List<int[]> sequences = new ArrayList<>();
      List<float[]> alone = new ArrayList<>();
      Random random = new Random(8);
      for (int i = 0; i < 64; i++) {
        int[] tokens = random.ints(1 + random.nextInt(64), 5, 5000).toArray();
        sequences.add(tokens);
        alone.add(encoder.encode(tokens, Priority.SERVED).join());
      }
      ConcurrentHashMap<Integer, Double> worst = new ConcurrentHashMap<>();
      List<Thread> clients = new ArrayList<>();
      for (int t = 0; t < 12; t++) {
        int offset = t;
        Thread client = new Thread(() -> worst.put(offset, compare(encoder, sequences, alone)));
        clients.add(client);
        client.start();
      }
      for (Thread client : clients) {
        client.join();
      }
      assertThat(worst).hasSize(12);
      assertThat(worst.values()).allSatisfy(difference -> assertThat(difference).isLessThan(1e-5));
      assertThat(Encoders.statistics(encoder).sequences()).isEqualTo(64 + 12 * 64);
    }
  }

  private static double compare(Encoder encoder, List<int[]> sequences, List<float[]> alone) {
    List<CompletableFuture<float[]>> futures = new ArrayList<>();
    for (int i = 0; i < sequences.size(); i++) {
      futures.add(encoder.encode(sequences.get(i), Priority.values()[i % 3]));
    }
    double worst = 0;
    for (int i = 0; i < futures.size(); i++) {
      worst = Math.max(worst, 1 - cosine(futures.get(i).join(), alone.get(i)));
    }
    return worst;
  }

  @Test
  void refusesSequencesThatTheModelCannotTake() {
    try (Encoder encoder = Encoders.acquire(settings(folder, "cpu", 64))) {
      for (int[] tokens : new int[][] {{}, new int[65], {-1}, {1_000_000}}) {
        assertThatThrownBy(() -> encoder.encode(tokens, Priority.SERVED).get())
            .hasCauseInstanceOf(EncodingException.class);
      }
    }
  }

  @Test
  void refusesSettingsBeyondTheModel() {
    assertThatThrownBy(() -> Encoders.acquire(settings(folder, "cpu", 65)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("maxLength", "64", "was 65");
  }

  @Test
  void refusesAGpuThatIsNotThere() {
    Assumptions.assumeFalse(Torch.engine().hasCapability(StandardCapabilities.CUDA));
    assertThatThrownBy(() -> Encoders.acquire(settings(folder, "gpu:0", 64)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("gpu:0", "CUDA", "cpu");
    try (Encoder encoder = Encoders.acquire(settings(folder, "auto", 64))) {
      assertThat(encoder.description()).contains("cpu");
    }
  }
}
