package dev.freshet.training.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

class HeatMapTest {
  private static final List<Double> PLACES = List.of(-1.0, 0.0, 1.0);

  private static HeatMap map(List<List<Double>> values, double low, double high) {
    return new HeatMap("a < b", "x & y", "y", PLACES, PLACES, values, low, high);
  }

  private static List<List<Double>> values(double corner) {
    return List.of(List.of(corner, 1.0, 2.0), List.of(1.0, 0.0, 1.0), List.of(2.0, 1.0, 2.0));
  }

  /** The colour of the cell at the left and the bottom. */
  private static String corner(HeatMap map) {
    return Pattern.compile("<path d=\"M52\\.0 \\d+\\.\\dH[\\d.]+V274\\.0[^\"]*\" fill=\"(#\\w+)\"")
        .matcher(map.svg())
        .results()
        .map(match -> match.group(1))
        .findFirst()
        .orElse("none");
  }

  @Test
  void isAPictureWithItsText() throws Exception {
    byte[] svg = map(values(2), 0, 2).svg().getBytes(StandardCharsets.UTF_8);
    String text =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg))
            .getDocumentElement()
            .getTextContent();
    assertThat(text).contains("a < b", "x & y", "-1.0", "0.5");
  }

  @Test
  void coloursFollowTheRangeAndNotTheMap() {
    String bright = corner(map(values(99), 0, 2));
    String dark = corner(map(values(-99), 0, 2));
    assertThat(bright).isNotEqualTo(dark);
    assertThat(corner(map(values(999), 0, 2))).isEqualTo(bright);
    assertThat(corner(map(values(-999), 0, 2))).isEqualTo(dark);
    assertThat(corner(map(values(2), 0, 2))).isNotEqualTo(corner(map(values(2), 0, 4)));
    assertThat(corner(map(values(2), 0, 2)))
        .isEqualTo(corner(map(doubled(values(2)), 0, 4)))
        .isNotEqualTo(dark);
  }

  private static List<List<Double>> doubled(List<List<Double>> values) {
    return values.stream().map(row -> row.stream().map(value -> 2 * value).toList()).toList();
  }

  @Test
  void betweenThePlacesValuesLieBetweenTheirs() {
    // The value is x + y, which is linear, so that every cell has it exactly.
    List<Double> xs = List.of(0.0, 1.0, 3.0);
    List<Double> ys = List.of(0.0, 2.0);
    List<List<Double>> sums = List.of(List.of(0.0, 2.0), List.of(1.0, 3.0), List.of(3.0, 5.0));
    Interpolation plane = new Interpolation(xs, ys, sums, 4);
    assertThat(plane.columns()).isEqualTo(4);
    assertThat(plane.rows()).isEqualTo(4);
    for (int i = 0; i < plane.columns(); i++) {
      for (int j = 0; j < plane.rows(); j++) {
        double x = (plane.x(i) + plane.x(i + 1)) / 2;
        double y = (plane.y(j) + plane.y(j + 1)) / 2;
        assertThat(plane.value(i, j)).isCloseTo(x + y, within(1e-12));
      }
    }
    assertThat(plane.x(plane.columns())).isEqualTo(3);
  }

  @Test
  void whatIsNotFiniteStaysBlank() {
    assertThat(corner(map(values(Double.NaN), 0, 2))).isEqualTo("none");
    assertThat(map(values(Double.POSITIVE_INFINITY), 0, 2).svg()).doesNotContain("NaN", "Infin");
  }

  @Test
  void refusesWhatIsNoMap() {
    assertThatThrownBy(() -> map(values(2), 2, 2)).hasMessageContaining("a range");
    assertThatThrownBy(() -> map(values(2).subList(0, 2), 0, 2))
        .hasMessageContaining("3 columns and 3 rows");
  }

  @Test
  void contoursLieWhereTheValueIs() {
    List<Double> places = List.of(0.0, 1.0, 2.0);
    // The value is x + y, so that each line is straight.
    List<List<Double>> values =
        List.of(List.of(0.0, 1.0, 2.0), List.of(1.0, 2.0, 3.0), List.of(2.0, 3.0, 4.0));
    List<Contours.Segment> line = new Contours(places, places, values).at(1.5);
    assertThat(line).isNotEmpty();
    assertThat(line)
        .allSatisfy(
            segment -> {
              assertThat(segment.x1() + segment.y1()).isEqualTo(1.5);
              assertThat(segment.x2() + segment.y2()).isEqualTo(1.5);
            });
    double length =
        line.stream().mapToDouble(s -> Math.hypot(s.x1() - s.x2(), s.y1() - s.y2())).sum();
    assertThat(length).isCloseTo(1.5 * Math.sqrt(2), within(1e-9));
    assertThat(new Contours(places, places, values).at(5)).isEmpty();
  }
}
