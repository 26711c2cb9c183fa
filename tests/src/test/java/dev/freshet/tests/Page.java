package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What a search showed, for comparison with what another node shows. */
record Page(int generation, List<String> ids, List<Double> scores) {
  static Page of(JsonNode answer) {
    List<String> ids = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    for (JsonNode hit : answer.required("hits")) {
      ids.add(hit.required("id").asText());
      scores.add(hit.required("score").asDouble());
    }
    return new Page(answer.required("generation").asInt(), ids, scores);
  }

  /** The same documents in the same order, with the same scores but for arithmetic. */
  void assertLike(Page other) {
    assertThat(ids).isEqualTo(other.ids());
    for (int i = 0; i < scores.size(); i++) {
      assertThat(scores.get(i)).isCloseTo(other.scores().get(i), within(1e-5));
    }
  }
}
