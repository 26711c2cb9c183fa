package dev.freshet.training.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {
  private static final String GOLDEN =
      """
      {"format":1,\
      "trial":{"task":"retrieval","contender":"iaa-l","budget":0.0673,"rate":0.001,"seed":7},\
      "tuned":{"tuning":{"method":"iaa-l"},"parameters":111718,"share":0.0673},\
      "outcome":{"status":"finished"},\
      "effort":{"steps":300,"cpuSeconds":30.0,"wallSeconds":16.0},\
      "progress":{"losses":[{"step":1,"cpuSeconds":0.1,"value":2.5},\
      {"step":300,"cpuSeconds":30.0,"value":0.5}],\
      "validations":[{"step":100,"cpuSeconds":10.0,"value":0.25}],"bestStep":100},\
      "test":{"metrics":{"nDCG@10":0.5},"perQuery":[0.25,0.75]},\
      "probes":{"directions":{"probes":[{"step":1,\
      "modules":{"layer 0":{"relative":0.5,"cosine":0.75},\
      "layer 1":{"relative":"NaN","cosine":"NaN"}},"displacementCosine":0.5}]},\
      "smoothness":{"probes":[{"step":1,"lossLow":0.5,"lossHigh":1.0,"lipschitz":2.0}]},\
      "landscape":{"alphas":[-1.0,1.0],"betas":[0.0,0.5],\
      "loss":[[1.0,2.0],[3.0,"Infinity"]],"centre":0.5}}}
      """;

  private static final ResultFile<TrialResult> FILES = new ResultFile<>(TrialResult.class);

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void setUp() {
    file = folder.resolve("t.json");
  }

  private static TrialResult full() {
    Directions directions =
        new Directions(
            List.of(
                new Directions.Probe(
                    1,
                    new TreeMap<>(
                        Map.of(
                            "layer 0", new Directions.Change(0.5, 0.75),
                            "layer 1", new Directions.Change(Double.NaN, Double.NaN))),
                    0.5)));
    Landscape landscape =
        Landscape.of(
            new double[] {-1, 1},
            new double[] {0, 0.5},
            new double[][] {{1, 2}, {3, Double.POSITIVE_INFINITY}},
            0.5);
    return Samples.result(
        Samples.trial("iaa-l", Samples.BUDGET, 1e-3, 7),
        Outcome.finished(),
        Samples.progress(0.25),
        Samples.scores(0.25, 0.75),
        new Probes(
            directions, new Smoothness(List.of(new Smoothness.Probe(1, 0.5, 1, 2))), landscape));
  }

  @Test
  void bytesAreThoseOfTheFormat() throws IOException {
    FILES.write(file, full());
    assertThat(file).hasContent(GOLDEN);
    assertThat(FILES.read(file)).isEqualTo(full());
  }

  @Test
  void whatIsNotThereStaysNull() throws IOException {
    TrialResult diverged = Samples.diverged(Samples.trial("full", null, 1e-2, 1));
    FILES.write(file, diverged);
    TrialResult read = FILES.read(file);
    assertThat(read).isEqualTo(diverged);
    assertThat(read.trial().budget()).isNull();
    assertThat(read.test()).isNull();
    assertThat(read.outcome().reason()).isEqualTo("the loss of step 7 is NaN");
  }

  @Test
  void saysWhichFileIsBroken() throws IOException {
    Files.writeString(file, GOLDEN.substring(0, 100));
    assertThatThrownBy(() -> FILES.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("t.json")
        .hasMessageContaining("delete it");
    Files.writeString(file, GOLDEN.replace("\"format\":1", "\"format\":2"));
    assertThatThrownBy(() -> FILES.read(file)).hasMessageContaining("its format is not 1");
    Files.writeString(file, GOLDEN.replace("\"rate\":0.001", "\"rate\":-1"));
    assertThatThrownBy(() -> FILES.read(file)).hasMessageContaining("rate must be above 0");
  }
}
