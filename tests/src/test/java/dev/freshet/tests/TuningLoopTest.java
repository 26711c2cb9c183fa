package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
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
  private static final int TOPICS = 24;
  private static final int SEARCHES = 480;

  /** One document of each topic answers. */
  private static final BiPredicate<Integer, String> HONEST =
      (topic, id) -> id.equals("d" + topic + "-1");

  @TempDir private Path data;
  private EmbeddedStack stack;
  private FreshetClient client;

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
    StringBuilder documents = new StringBuilder("[");
    for (int topic = 0; topic < TOPICS; topic++) {
      for (int other = 0; other < 3; other++) {
        documents
            .append(documents.length() == 1 ? "" : ",")
            .append(
                "{\"id\": \"d%d-%d\", \"text\": \"%s %s\"}"
                    .formatted(topic, other, word(topic), word(100 + 3 * topic + other)));
      }
    }
    client.put(documents.append("]").toString());
    await().atMost(PATIENCE).until(() -> client.documents() == 3 * TOPICS);
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  private static String word(int number) {
    Random random = new Random(number);
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      word.append((char) ('a' + random.nextInt(26)));
    }
    return word.toString();
  }

  /** People ask for topics by their word, and click by a rule. */
  private void searchAndClick(int searches, BiPredicate<Integer, String> clicks) {
    Random random = new Random(1);
    for (int i = 0; i < searches; i++) {
      int topic = random.nextInt(TOPICS);
      JsonNode answer =
          client.answer(
              "{\"query\": \"%s\", \"k\": 5, \"clientId\": \"c%d\"}"
                  .formatted(word(topic), random.nextInt(100)));
      int position = 0;
      for (JsonNode hit : answer.required("hits")) {
        position++;
        String id = hit.required("id").asText();
        boolean looks = random.nextDouble() < 1.0 / position;
        if (looks && clicks.test(topic, id)) {
          client.click(
              "{\"query_id\": \"%s\", \"action_name\": \"click\", \"object_id\": \"%s\"}"
                  .formatted(answer.required("queryId").asText(), id));
        }
      }
    }
  }

  /** Event time passes with events: some more, for the last to leave the join. */
  private void awaitGeneration(int generation, BiPredicate<Integer, String> clicks) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              searchAndClick(1, clicks);
              return client.has(generation);
            });
  }

  @Test
  void nonsenseIsRejectedForAllToSeeAndWhatPeopleMeanBecomesTheNextGeneration() throws Exception {
    start(Map.of());
    Random random = new Random(2);
    BiPredicate<Integer, String> nonsense = (topic, id) -> random.nextDouble() < 0.3;
    searchAndClick(SEARCHES, nonsense);
    awaitGeneration(2, nonsense);
    assertThat(client.state(2)).isEqualTo("REJECTED");
    assertThat(client.reasons(2)).isNotEmpty();
    assertThat(client.served()).isEqualTo(1);

    searchAndClick(SEARCHES, HONEST);
    awaitGeneration(3, HONEST);
    await().atMost(PATIENCE).until(() -> client.served() == 3);
    assertThat(client.metric(3, "held out discounted gain"))
        .isGreaterThanOrEqualTo(client.metric(3, "held out discounted gain before"));
    assertThat(client.documents()).isEqualTo(3L * TOPICS);
  }

  @Test
  void clicksOfTheQuerySideAloneAreServedWithoutEncodingAnything() throws Exception {
    start(Map.of("round.sides", "query"));
    searchAndClick(SEARCHES, HONEST);
    awaitGeneration(2, HONEST);
    await().atMost(PATIENCE).until(() -> client.served() == 2);
    assertThat(client.vectors(2)).isEqualTo(1);
  }
}
