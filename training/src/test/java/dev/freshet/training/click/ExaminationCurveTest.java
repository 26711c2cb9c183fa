package dev.freshet.training.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExaminationCurveTest {

  @Test
  void weighsByTheInverseUpToABound() {
    ExaminationCurve curve = new ExaminationCurve(List.of(1.0, 0.5, 0.125));
    assertThat(curve.weight(1, 4)).isEqualTo(1);
    assertThat(curve.weight(2, 4)).isEqualTo(2);
    assertThat(curve.weight(3, 4)).isEqualTo(4);
    assertThat(curve.weight(3, 10)).isEqualTo(8);
  }

  @Test
  void goesOnAsItEnds() {
    ExaminationCurve curve = ExaminationCurve.power(4, 1);
    assertThat(curve.at(4)).isEqualTo(0.25);
    assertThat(curve.at(11)).isEqualTo(0.25);
    assertThat(ExaminationCurve.power(3, 0).byPosition()).containsExactly(1.0, 1.0, 1.0);
  }

  @Test
  void refusesWhatIsNoCurve() {
    assertThatThrownBy(() -> new ExaminationCurve(List.of(0.9, 0.5)))
        .hasMessage("examination of the first position must be 1, was 0.9");
    assertThatThrownBy(() -> new ExaminationCurve(List.of(1.0, 0.0)))
        .hasMessage("examination must be above 0, was [1.0, 0.0]");
    assertThatThrownBy(() -> new ExaminationCurve(List.of(1.0, Double.NaN)))
        .hasMessage("examination must be between 0 and 1, was NaN");
    assertThatThrownBy(() -> ExaminationCurve.power(3, -1))
        .hasMessage("eta must be at least 0, was -1.0");
  }
}
