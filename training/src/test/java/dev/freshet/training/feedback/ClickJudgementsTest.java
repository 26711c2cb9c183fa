package dev.freshet.training.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.training.evaluation.BootstrapInterval;
import dev.freshet.training.evaluation.PairedComparison;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClickJudgementsTest {
  private static final ServedComparison GAIN = differs(0.02, 0.03);
  private static final ServedComparison DOUBTFUL = differs(-0.001, 0.01);

  /** What is served is worth .8; the difference lies between these. */
  private static ServedComparison differs(double low, double high) {
    return differs(low, high, low > 0 || high < 0 ? 0.01 : 0.5);
  }

  private static ServedComparison differs(double low, double high, double pValue) {
    double mean = (low + high) / 2;
    return new ServedComparison(
        "discounted gain",
        0.8,
        0.8 + mean,
        2_000,
        new PairedComparison(mean, new BootstrapInterval(low, high), pValue),
        0.95);
  }

  private static Verdict verdict(
      @Nullable ServedComparison fresh, @Nullable ServedComparison earlier) {
    return verdict(fresh, null, earlier);
  }

  private static Verdict verdict(
      @Nullable ServedComparison fresh,
      @Nullable ServedComparison untaught,
      @Nullable ServedComparison earlier) {
    return new ClickJudgements(fresh, untaught, earlier).verdict(7, 20);
  }

  @Test
  void whatHardlyChangesAnythingIsNotPublished() {
    Verdict verdict = verdict(differs(0, 0.01), null);
    assertThat(verdict.suspicious()).isFalse();
    assertThat(verdict.reasons())
        .singleElement()
        .asString()
        .startsWith("held-out clicks do not prove a gain: discounted gain");
    // Where nothing is taught nothing need be gained.
    assertThat(verdict(GAIN, differs(0, 0.01), null).isAccepted()).isTrue();
  }

  @Test
  void whatIsKnownByHeartIsNotEnough() {
    assertThat(verdict(GAIN, GAIN, null).isAccepted()).isTrue();
    assertThat(verdict(GAIN, GAIN, null).metrics()).containsKey("untaught queries");
    Verdict doubtful = verdict(GAIN, DOUBTFUL, null);
    assertThat(doubtful.suspicious()).isFalse();
    assertThat(doubtful.reasons())
        .singleElement()
        .asString()
        .startsWith("queries that are not taught do not exclude a loss: discounted gain");
    assertThat(verdict(GAIN, differs(-0.02, -0.01), null).suspicious()).isTrue();
    // Not worth a round's clicks: chance does that once in fifteen times.
    assertThat(verdict(GAIN, differs(-0.02, -0.001, 0.07), null).suspicious()).isFalse();
  }

  @Test
  void aGainIsAcceptedWhereEarlierClicksAreNotAgainstIt() {
    assertThat(verdict(GAIN, null).isAccepted()).isTrue();
    assertThat(verdict(GAIN, differs(-0.01, 0.001)).isAccepted()).isTrue();
    assertThat(verdict(GAIN, GAIN).metrics()).containsKeys("held out queries", "earlier queries");
  }

  @Test
  void aSmallLossIsPaidForByALargerGain() {
    assertThat(verdict(GAIN, differs(-0.015, -0.001)).isAccepted()).isTrue();
  }

  @Test
  void aSmallLossThatIsMoreThanTheGainIsNotProven() {
    Verdict verdict = verdict(differs(0.001, 0.011), differs(-0.015, -0.001));
    assertThat(verdict.suspicious()).isFalse();
    assertThat(verdict.reasons())
        .containsExactly(
            "it may lose on earlier clicks: discounted gain 0.792, served 0.800,"
                + " difference -0.008 (95 %: -0.015 to -0.001, 2000 queries),"
                + " more than the 0.006 that is gained");
  }

  @Test
  void twoPercentIsForgettingWhateverIsGained() {
    Verdict verdict = verdict(differs(0.5, 0.6), differs(-0.016, -0.001));
    assertThat(verdict.suspicious()).isTrue();
    assertThat(verdict.reasons())
        .singleElement()
        .asString()
        .startsWith("it forgets earlier clicks");
  }

  @Test
  void anyLossIsForgettingWhereNothingIsGained() {
    ServedComparison little = differs(-0.003, -0.001);
    assertThat(verdict(DOUBTFUL, little).suspicious()).isTrue();
    assertThat(verdict(DOUBTFUL, little).reasons()).hasSize(2);
    assertThat(verdict(null, little).suspicious()).isTrue();
  }

  @Test
  void aLargeLossThatIsNotSureIsNotProven() {
    Verdict verdict = verdict(GAIN, differs(-0.06, 0.01));
    assertThat(verdict.suspicious()).isFalse();
    assertThat(verdict.reasons())
        .singleElement()
        .asString()
        .startsWith("it may forget earlier clicks: discounted gain 0.775, served 0.800");
    assertThat(verdict(GAIN, differs(-0.03, 0.01)).isAccepted()).isTrue();
  }

  @Test
  void withoutAGainItIsNotProven() {
    assertThat(verdict(DOUBTFUL, GAIN).isAccepted()).isFalse();
    assertThat(verdict(DOUBTFUL, GAIN).suspicious()).isFalse();
    assertThat(verdict(null, null).reasons())
        .containsExactly(
            "7 of the held-out queries have a click that counts, it takes 20 to judge (gate.least)");
  }
}
