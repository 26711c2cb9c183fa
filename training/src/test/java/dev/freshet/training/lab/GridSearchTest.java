package dev.freshet.training.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.round.RetrievalSettings;
import dev.freshet.training.round.TinyWorld;
import dev.freshet.training.sampling.Relevance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which trials a search runs, where what comes of a trial is known beforehand. */
class GridSearchTest {
  private static final List<Double> RATES = List.of(1e-3, 3e-3, 1e-2);
  private static final CorpusCollection WORLD = TinyWorld.collection(4);

  /** Says what the task is; nothing is trained here. */
  private static final TaskBench BENCH =
      new RetrievalBench(
          new LabCollection(
              WORLD.documents(),
              TinyWorld.examples(WORLD),
              Relevance.ofJudgements(WORLD.judgements()),
              WORLD,
              WORLD),
          RetrievalSettings.defaults());

  @TempDir private Path dir;
  private ResultStore<TrialResult> store;
  private final Set<String> run = new ConcurrentSkipListSet<>();
  private final Set<String> probed = new ConcurrentSkipListSet<>();
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void open() {
    store = ResultStore.open(dir, Samples.setting(), TrialResult.class);
  }

  private void search(ToDoubleFunction<Trial> validation, List<Long> seeds, String... methods) {
    search(validation, RATES, seeds, methods);
  }

  private void search(
      ToDoubleFunction<Trial> validation, List<Double> rates, List<Long> seeds, String... methods) {
    GridSearch.Trials trials =
        (trial, contender, bench, isProbed) -> {
          assertThat(run.add(trial.name())).as("%s for the first time", trial.name()).isTrue();
          if (isProbed) {
            probed.add(trial.name());
          }
          double value = validation.applyAsDouble(trial);
          return Double.isNaN(value)
              ? Samples.diverged(trial)
              : Samples.finished(trial, new double[] {value}, value);
        };
    GridSearch.Listener quiet =
        new GridSearch.Listener() {
          @Override
          public void begins(Trial trial, int done, int planned) {
            assertThat(done).isLessThan(planned);
            told.add(done + " of " + planned);
          }

          @Override
          public void ended(TrialResult result, int done, int planned) {
            assertThat(done).isLessThanOrEqualTo(planned);
            told.add(done + " of " + planned);
          }
        };
    new GridSearch(trials, store, rates, seeds, 2, quiet)
        .run(
            List.of(methods).stream()
                .map(method -> new GridSearch.Entry(BENCH, Contender.parse(method), Samples.BUDGET))
                .toList());
  }

  private static String name(String method, double rate, long seed) {
    return Samples.trial(method, Samples.BUDGET, rate, seed).name();
  }

  /** Best at a rate, and worse the farther from it. */
  private static ToDoubleFunction<Trial> bestAt(double rate) {
    return trial -> 1 / (1 + Math.abs(Math.log(trial.rate() / rate)));
  }

  @Test
  void otherSeedsFollowAtTheBestRateAndTheSecondIsProbed() {
    search(bestAt(3e-3), List.of(1L, 2L, 3L), "lora");
    assertThat(run)
        .containsExactlyInAnyOrder(
            name("lora", 1e-3, 1),
            name("lora", 3e-3, 1),
            name("lora", 1e-2, 1),
            name("lora", 3e-3, 2),
            name("lora", 3e-3, 3));
    assertThat(probed).containsExactly(name("lora", 3e-3, 2));
  }

  @Test
  void whatIsAskedForTwiceIsRunOnce() {
    search(
        bestAt(3e-3),
        List.of(1e-3, 3e-3, 1e-2, 0.003),
        List.of(1L, 2L, 1L, 2L),
        "lora",
        "adapter",
        "lora");
    assertThat(run).hasSize(8);
    assertThat(told).last().isEqualTo("8 of 8");
  }

  @Test
  void growsTowardsTheBestRate() {
    search(bestAt(0.1), List.of(1L), "lora");
    assertThat(run)
        .hasSize(6)
        .contains(name("lora", 3e-2, 1), name("lora", 0.1, 1), name("lora", 0.3, 1));
  }

  @Test
  void growsDownwardsNoFartherThanThreeRates() {
    search(bestAt(1e-9), List.of(1L), "lora");
    assertThat(run)
        .hasSize(6)
        .contains(name("lora", 3e-4, 1), name("lora", 1e-4, 1), name("lora", 3e-5, 1));
  }

  @Test
  void aRateThatDivergesIsNotSelected() {
    search(trial -> trial.rate() > 5e-3 ? Double.NaN : 0.5 + trial.rate(), List.of(1L, 2L), "lora");
    assertThat(run).contains(name("lora", 3e-3, 2)).hasSize(4);
  }

  @Test
  void eachContenderHasItsOwnBestRateAndWhatIsDoneIsNotRunAgain() {
    search(bestAt(3e-3), List.of(1L), "lora");
    run.clear();
    search(
        trial -> bestAt(trial.contender().equals("lora") ? 3e-3 : 1e-2).applyAsDouble(trial),
        List.of(1L, 2L),
        "lora",
        "adapter");
    assertThat(run)
        .containsExactlyInAnyOrder(
            name("lora", 3e-3, 2),
            name("adapter", 1e-3, 1),
            name("adapter", 3e-3, 1),
            name("adapter", 1e-2, 1),
            name("adapter", 3e-2, 1),
            name("adapter", 1e-2, 2));
  }

  @Test
  void whatIsDoneAndWhatIsOfOthersIsNotCountedAsOpen() {
    search(bestAt(3e-3), List.of(1L), "lora", "adapter");
    search(bestAt(3e-3), List.of(1L, 2L), "lora");
    told.clear();
    search(bestAt(3e-3), List.of(1L, 2L, 3L), "lora");
    // Three rates and the second seed are done, the third seed is open; adapters do not take part.
    assertThat(told).containsExactly("4 of 5", "5 of 5");
    told.clear();
    search(bestAt(3e-3), List.of(1L, 2L, 3L), "lora", "bitfit");
    assertThat(told).first().isEqualTo("5 of 10");
    assertThat(told).last().isEqualTo("10 of 10");
  }

  @Test
  void aTrialThatFailsEndsTheSearchWithItsReason() {
    assertThatThrownBy(
            () ->
                search(
                    trial -> {
                      throw new IllegalArgumentException("no widths meet the budget");
                    },
                    List.of(1L),
                    "lora"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no widths meet the budget");
    assertThat(store.results()).isEmpty();
  }
}
