package dev.freshet.tests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Random;
import java.util.function.BiPredicate;

/** Ask for topics by their word, and click by a rule, higher places more often. */
final class People {
  private static final int TOPICS = 24;
  private static final int OF_A_TOPIC = 3;

  static final int DOCUMENTS = TOPICS * OF_A_TOPIC;

  /** One document of each topic answers. */
  static final BiPredicate<Integer, String> HONEST = (topic, id) -> id.equals("d" + topic + "-1");

  private final FreshetClient client;

  People(FreshetClient client) {
    this.client = client;
  }

  /** What people search in. */
  void putDocuments() {
    StringBuilder documents = new StringBuilder("[");
    for (int topic = 0; topic < TOPICS; topic++) {
      for (int other = 0; other < OF_A_TOPIC; other++) {
        documents
            .append(documents.length() == 1 ? "" : ",")
            .append(
                "{\"id\": \"d%d-%d\", \"text\": \"%s %s\"}"
                    .formatted(topic, other, word(topic), word(100 + OF_A_TOPIC * topic + other)));
      }
    }
    client.put(documents.append("]").toString());
  }

  private static String word(int number) {
    Random random = new Random(number);
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      word.append((char) ('a' + random.nextInt(26)));
    }
    return word.toString();
  }

  /**
   * @param clicks whether somebody who asks for a topic clicks on a document, once seen
   */
  void searchAndClick(int searches, BiPredicate<Integer, String> clicks) {
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
}
