package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.freshet.pipeline.app.EmbeddedStack;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clicks become a generation, or a rejection that says why. */
@Tag("slow")
class TuningLoopTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int SEARCHES = 480;

  @TempDir private Path data;
  private EmbeddedStack stack;
  private FreshetClient client;
  private People people;

  private void start(Map<String, String> more) throws Exception {
    Map<String, String> settings = new HashMap<>(Configs.embedded(data).toMap());
    settings.put("tune.every", Integer.toString(SEARCHES));
    settings.put("tune.least", Integer.toString(SEARCHES));
    settings.put("tune.perClient", Integer.toString(SEARCHES));
    settings.put("tune.attributionWindow", "500ms");
    settings.put("tune.lateness", "100ms");
    settings.put("tune.checkpointInterval", "1s");
    settings.put("round.steps", "30");
    settings.put("round.batch", "16");
    settings.put("gate.least", "10");
    settings.putAll(more);
    FreshetConfig config = ConfigLoader.load(null, Map.of(), settings);
    stack = EmbeddedStack.start(config);
    client = new FreshetClient(stack.node().uri());
    people = new People(client);
    people.putDocuments();
    await().atMost(PATIENCE).until(() -> client.documents() == People.DOCUMENTS);
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  /** Event time passes with events: some more, for the last to leave the join. */
  private void awaitGeneration(int generation, BiPredicate<Integer, String> clicks) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              people.searchAndClick(1, clicks);
              return client.has(generation);
            });
  }

  @Test
  void nonsenseIsRejectedForAllToSeeAndWhatPeopleMeanBecomesTheNextGeneration() throws Exception {
    start(Map.of());
    Random random = new Random(2);
    BiPredicate<Integer, String> nonsense = (topic, id) -> random.nextDouble() < 0.3;
    people.searchAndClick(SEARCHES, nonsense);
    awaitGeneration(2, nonsense);
    assertThat(client.state(2)).isEqualTo("REJECTED");
    assertThat(client.reasons(2)).isNotEmpty();
    assertThat(client.served()).isEqualTo(1);

    people.searchAndClick(SEARCHES, People.HONEST);
    awaitGeneration(3, People.HONEST);
    await().atMost(PATIENCE).until(() -> client.served() == 3);
    assertThat(client.metric(3, "held out discounted gain"))
        .isGreaterThanOrEqualTo(client.metric(3, "held out discounted gain before"));
    assertThat(client.documents()).isEqualTo(People.DOCUMENTS);
  }

  @Test
  void clicksOfTheQuerySideAloneAreServedWithoutEncodingAnything() throws Exception {
    start(Map.of("round.sides", "query"));
    people.searchAndClick(SEARCHES, People.HONEST);
    awaitGeneration(2, People.HONEST);
    await().atMost(PATIENCE).until(() -> client.served() == 2);
    assertThat(client.vectors(2)).isEqualTo(1);
  }
}
