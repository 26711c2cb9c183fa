package dev.freshet.pipeline.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.event.Impression;
import dev.freshet.pipeline.event.SearchMode;
import dev.freshet.pipeline.job.Rejection;
import dev.freshet.training.feedback.Interaction;
import java.time.Instant;
import java.util.List;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;

class FeedbackRecordsTest {
  @Test
  void recordsBetweenStepsDoNotFallToKryo() {
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(ShownPage.class);
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(ClickedObject.class);
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(ClickedPage.class);
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(ClientLimit.HourCount.class);
    PojoTestUtils.assertSerializedAsPojoWithoutKryo(Rejection.class);
  }

  @Test
  void onlyAHybridPageIsThatOfTwoLists() {
    for (SearchMode mode : SearchMode.values()) {
      Impression impression =
          new Impression(
              "id",
              "what",
              3,
              mode,
              0,
              List.of(new Impression.Slot("a", 1, 1)),
              null,
              Instant.EPOCH);
      assertThat(ShownPage.of(impression, 5).hybridOf())
          .isEqualTo(mode == SearchMode.HYBRID ? 3 : 0);
    }
  }

  @Test
  void anInteractionSaysWhatWasShownWhereAndWhy() {
    ShownPage page =
        new ShownPage(
            "id",
            "  Leaking   TAP ",
            0.1,
            new String[] {"b", "a"},
            new int[] {2, 1},
            null,
            3,
            "me",
            5);
    Interaction interaction = new ClickedPage(page, new int[] {2}).interaction();
    assertThat(interaction.query().id()).isEqualTo("leaking tap");
    assertThat(interaction.query().text()).isEqualTo("Leaking TAP");
    assertThat(interaction.impression().page().slot(1).rank()).isEqualTo(2);
    assertThat(interaction.impression().page().probability(1)).isEqualTo(0.1);
    assertThat(interaction.impression().clicks()).containsExactly(2);
    assertThat(interaction.hybridOf()).isEqualTo(3);
    assertThat(interaction.time().toEpochMilli()).isEqualTo(5);
  }
}
