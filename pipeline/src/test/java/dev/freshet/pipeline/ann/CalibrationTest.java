package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which of the numbers that were measured hold for a recall. */
class CalibrationTest {
  @Test
  void cellsMayMissThreeFifthsOfWhatMayBeMissedAndBoundsTheOthers() {
    Calibration calibration = Calibration.of(List.of(whole(hundredths())));
    assertThat(calibration.width(0.9)).isEqualTo(0.94f);
    assertThat(calibration.slack(0.9)).isEqualTo(0.96f);
    // Filters are asked for half as many misses: 97 of 100.
    assertThat(calibration.reach(0.9)).isEqualTo(0.97f);
  }

  @Test
  void whatIsCautiousHoldsUntilSomethingIsMeasured() {
    assertThat(Calibration.NONE.width(0.95)).isEqualTo(0.7f);
    assertThat(Calibration.NONE.reach(0.95)).isEqualTo(1);
    assertThat(Calibration.NONE.slack(0.95)).isEqualTo(3);
  }

  @Test
  void queriesForWhichAllCellsWereScannedAloneTellOfTheFarthest() {
    Demand near = near(Collections.nCopies(100, 0.2f));
    Calibration calibration = Calibration.of(List.of(whole(hundredths()), near));
    assertThat(calibration.width(0.95)).as("of all").isEqualTo(0.94f);
    assertThat(calibration.width(0.99)).as("of those alone").isEqualTo(1);
    assertThat(calibration.nearWidth()).as("with a margin").isEqualTo(1.3f * 0.98f);
    assertThat(calibration.reach(0.9)).isEqualTo(0.97f);
  }

  @Test
  void ofTwoTheOneThatAsksForMoreHolds() {
    Calibration low = Calibration.of(List.of(whole(Collections.nCopies(10, 0.1f))));
    Calibration high = Calibration.of(List.of(whole(Collections.nCopies(10, 0.3f))));
    for (Calibration both : List.of(low.or(high), high.or(low), low.or(low).or(high))) {
      assertThat(both.width(0.9)).isEqualTo(0.3f);
      assertThat(both.reach(0.9)).isEqualTo(0.3f);
      assertThat(both.slack(0.9)).isEqualTo(0.3f);
      assertThat(both.nearWidth()).isEqualTo(1.3f * 0.3f);
    }
    assertThat(low.or(low).width(0.9)).isEqualTo(0.1f);
  }

  private static List<Float> hundredths() {
    List<Float> numbers = new ArrayList<>();
    IntStream.rangeClosed(1, 100).forEach(hundredth -> numbers.add(hundredth / 100f));
    return numbers;
  }

  private static Demand whole(List<Float> numbers) {
    return new Demand(numbers, numbers, Collections.nCopies(Demand.FILTERS, numbers));
  }

  private static Demand near(List<Float> numbers) {
    return new Demand(numbers, numbers, List.of());
  }
}
