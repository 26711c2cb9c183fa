package dev.freshet.model.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.model.encoder.BackboneTensors;
import dev.freshet.model.encoder.BertConfig;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BudgetTest {
  private static final BertConfig BERT_BASE =
      new BertConfig(30522, 768, 12, 12, 3072, 512, 2, 1e-12f, 0, null);

  private static final Budget LARGE = new Budget(0.0673);
  private static final Budget SMALL = new Budget(0.0054);

  /** {@code 2·d·L·K} with K = 400. */
  private static final long WEIGHTS = 2L * 768 * 12 * 400;

  @Test
  void bertBaseHasItsPublishedSize() {
    assertThat(BackboneTensors.parameters(BERT_BASE)).isEqualTo(109_482_240);
  }

  static Stream<Arguments> published() {
    // d = 768, L = 12; a bottleneck of width w has w + d biases.
    return Stream.of(
        Arguments.of(PublishedMethods.ADAPTER, WEIGHTS, 12 * 2 * (200 + 768)),
        Arguments.of(PublishedMethods.LORA, WEIGHTS, 0),
        Arguments.of(PublishedMethods.IAA_S, WEIGHTS, 12 * 4 * (100 + 768)),
        Arguments.of(PublishedMethods.IAA_L, WEIGHTS, 12 * (2 * (50 + 768) + 300 + 768)),
        Arguments.of(PublishedMethods.IAA_M, WEIGHTS, 12 * 2 * (185 + 768) + 360 + 768),
        Arguments.of(PublishedMethods.STREAM, WEIGHTS, 12 * 2 * (50 + 768)),
        Arguments.of(PublishedMethods.PREFIX, 2 * 200 * 768 * 12, 0),
        Arguments.of(PublishedMethods.MAM, 2 * 768 * 12 * (30 + 512), 12 * (512 + 768)),
        // A layer's biases: four projections, the inner ones, the last, two norms.
        Arguments.of(new BitFit(), 0, 12 * (4 * 768 + 3072 + 768 + 2 * 768) + 768),
        Arguments.of(new FullFineTuning(), 108_789_504, 102_144));
  }

  @ParameterizedTest
  @MethodSource("published")
  void countsAreThoseOfTheArithmetic(TuningMethod method, long weights, long biases) {
    assertThat(Tuning.of(method).parameters(BERT_BASE))
        .isEqualTo(new ParameterCount(weights, biases));
  }

  @Test
  void wordsAndHeadAreCountedToo() {
    ParameterCount count =
        Tuning.of(new Adapter(0)).withWordRank(8).withHead().parameters(BERT_BASE);
    assertThat(count).isEqualTo(new ParameterCount(8L * (30522 + 768) + 768 * 768 + 768, 768 + 1));
  }

  @Test
  void meetsTheLargeBudgetWithThePublishedWidths() {
    for (TuningMethod method :
        new TuningMethod[] {
          PublishedMethods.ADAPTER,
          PublishedMethods.LORA,
          PublishedMethods.IAA_S,
          PublishedMethods.IAA_L,
          PublishedMethods.IAA_M,
          PublishedMethods.STREAM
        }) {
      Budget.Fit fit = LARGE.fit(method, BERT_BASE);
      assertThat(fit.method()).isEqualTo(method);
      assertThat(fit.parameters().weights()).isEqualTo(WEIGHTS);
      assertThat(fit.share()).isEqualTo(WEIGHTS / 109_482_240.0);
    }
  }

  @Test
  void keepsTheProportionInTheSmallBudget() {
    assertThat(SMALL.fit(PublishedMethods.ADAPTER, BERT_BASE).method()).isEqualTo(new Adapter(16));
    assertThat(SMALL.fit(PublishedMethods.IAA_S, BERT_BASE).method()).isEqualTo(new IaaS(8, 8));
    assertThat(SMALL.fit(PublishedMethods.IAA_L, BERT_BASE).method()).isEqualTo(new IaaL(4, 24));
    assertThat(SMALL.fit(PublishedMethods.IAA_M, BERT_BASE).method()).isEqualTo(new IaaM(15, 29));
  }

  @Test
  void theLastWidthMakesUpForTheRoundingOfTheOthers() {
    BertConfig small = new BertConfig(4000, 128, 4, 4, 256, 128, 2, 1e-12f, 0, null);
    for (double share : new double[] {0.03, 0.05, 0.0673, 0.1}) {
      for (TuningMethod method :
          new TuningMethod[] {
            PublishedMethods.IAA_L, PublishedMethods.IAA_M, PublishedMethods.STREAM
          }) {
        Budget.Fit fit = new Budget(share).fit(method, small);
        assertThat(Math.abs(fit.share() - share) / share).isLessThanOrEqualTo(0.02);
        assertThat(fit.parameters()).isEqualTo(Tuning.of(fit.method()).parameters(small));
      }
    }
  }

  @Test
  void saysWhatIsNearestWhereNothingIsNear() {
    assertThatThrownBy(() -> LARGE.fit(new BitFit(), BERT_BASE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6.7300 %")
        .hasMessageContaining("nearest is 0.0933 % (102144 parameters)");
    // The smallest adapter of BERT-base has 2·768·12·2 = 36,864 weights.
    assertThatThrownBy(() -> new Budget(0.0005).fit(new Adapter(200), BERT_BASE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(36864 parameters)");
    assertThatThrownBy(() -> LARGE.fit(new IaaL(0, 0), BERT_BASE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no width above 0");
  }
}
