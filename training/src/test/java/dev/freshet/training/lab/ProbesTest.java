package dev.freshet.training.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProbesTest {
  private static TrialResult probed(double rate, double validation, Probes probes) {
    return Samples.result(
        Samples.trial("iaa-l", Samples.BUDGET, rate, 1),
        Outcome.finished(),
        Samples.progress(validation),
        Samples.scores(0.5),
        probes);
  }

  private static Directions directions(double... relatives) {
    return new Directions(
        IntStream.range(0, relatives.length)
            .mapToObj(
                i ->
                    new Directions.Probe(
                        i,
                        Map.of("layer 0", new Directions.Change(relatives[i], 1 - relatives[i])),
                        0.5))
            .toList());
  }

  private static Standing standing(TrialResult... results) {
    return Comparison.of(Samples.setting(), List.of(results)).standings().get(0);
  }

  @Test
  void directionsAreMediansOfWhatIsFiniteAtTheSelectedRate() {
    Standing standing =
        standing(
            probed(1e-4, 0.3, new Probes(directions(9, 9, 9), null, null)),
            probed(1e-3, 0.4, new Probes(directions(Double.NaN, 0.1, 0.2, 0.7), null, null)));
    DirectionSummary summary = Objects.requireNonNull(DirectionSummary.of(standing));
    assertThat(summary.all().relative()).isEqualTo(0.2);
    assertThat(summary.all().cosine()).isEqualTo(0.8);
    assertThat(summary.displacementCosine()).isEqualTo(0.5);
    assertThat(summary.steps().keySet()).containsExactly(0L, 1L, 2L, 3L);
    assertThat(summary.modules()).containsOnlyKeys("layer 0");
  }

  @Test
  void withoutEmbeddingsThereIsNoDisplacement() {
    Directions directions =
        new Directions(
            List.of(
                new Directions.Probe(2, Map.of("layer 0", new Directions.Change(0.1, 0.9)), null)));
    DirectionSummary summary =
        Objects.requireNonNull(
            DirectionSummary.of(standing(probed(1e-3, 0.4, new Probes(directions, null, null)))));
    assertThat(summary.displacementCosine()).isNaN();
    assertThat(summary.all().relative()).isEqualTo(0.1);
  }

  @Test
  void otherRatesSpeakWhereTheSelectedOneWasNotProbed() {
    Smoothness smoothness =
        new Smoothness(
            List.of(
                new Smoothness.Probe(1, 0.5, 0.75, 4),
                new Smoothness.Probe(2, 0.5, 1.0, 2),
                new Smoothness.Probe(3, 0.5, Double.POSITIVE_INFINITY, 9)));
    Standing standing =
        standing(
            probed(1e-4, 0.3, new Probes(null, smoothness, null)), probed(1e-3, 0.4, Probes.NONE));
    SmoothnessSummary summary = Objects.requireNonNull(SmoothnessSummary.of(standing));
    assertThat(summary.range()).isEqualTo(0.375);
    assertThat(summary.widestRange()).isEqualTo(0.5);
    assertThat(summary.lipschitz()).isEqualTo(4);
    assertThat(summary.highestLipschitz()).isEqualTo(9);
    assertThat(DirectionSummary.of(standing)).isNull();
  }

  @Test
  void aLandscapeIsATable() {
    double[] two = {0, 1};
    assertThatThrownBy(() -> Landscape.of(two, two, new double[][] {{1, 2}}, 1))
        .hasMessageContaining("a table of 2 by 2");
    assertThatThrownBy(() -> Landscape.of(new double[] {1, 0}, two, new double[2][2], 1))
        .hasMessageContaining("alphas must ascend");
  }
}
