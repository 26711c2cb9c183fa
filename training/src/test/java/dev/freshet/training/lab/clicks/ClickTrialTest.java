package dev.freshet.training.lab.clicks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.training.click.Estimator;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClickTrialTest {
  @Test
  void whatIsAskedForTwiceIsThereOnce() {
    List<ClickTrial> trials =
        ClickTrial.all(
            List.of(PageSource.BM25, PageSource.BM25),
            List.of(Users.NOISY, Users.CASCADE, Users.NOISY),
            List.of(Estimator.POSTERIOR, Estimator.POSTERIOR),
            List.of(1L, 2L, 1L));
    assertThat(trials)
        .extracting(ClickTrial::name)
        .containsExactly(
            "labels_s1",
            "labels_s2",
            "bm25_noisy_posterior_s1",
            "bm25_noisy_posterior_s2",
            "bm25_cascade_posterior_s1",
            "bm25_cascade_posterior_s2");
  }
}
