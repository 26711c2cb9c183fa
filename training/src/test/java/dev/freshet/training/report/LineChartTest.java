package dev.freshet.training.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.training.report.LineChart.Point;
import dev.freshet.training.report.LineChart.Series;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class LineChartTest {
  private static final LineStyle STYLE = new LineStyle(0);

  private static Document parsed(LineChart chart) throws Exception {
    byte[] svg = chart.svg().getBytes(StandardCharsets.UTF_8);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg));
  }

  private static Series series(String name, Point... points) {
    return new Series(name, List.of(points), STYLE);
  }

  @Test
  void lowAndHighValuesTouchTheEdgesAndTicksAreRound() throws Exception {
    Series loss = series("a < b", new Point(0, 10), new Point(50, 4), new Point(100, 2));
    Document svg = parsed(new LineChart("loss & more", "step", "nats", List.of(loss)));
    String text = svg.getDocumentElement().getTextContent();
    assertThat(text).contains("loss & more", "step", "nats", "a < b").contains("20", "100", "4");
    assertThat(new LineChart("t", "x", "y", List.of(loss)).svg())
        .contains("d=\"M64.0 36.0 L384.0 273.0 L704.0 352.0\"");
  }

  @Test
  void equalRatiosAreEquallyFarApartOnALogarithmicAxis() {
    Series quality = series("q", new Point(1e-4, 0), new Point(1e-3, 1), new Point(1e-2, 0.5));
    LineChart chart =
        new LineChart("t", "rate", "y", Scale.LOGARITHMIC, Scale.LINEAR, List.of(quality));
    assertThat(chart.svg())
        .contains("d=\"M64.0 352.0 L384.0 36.0 L704.0 194.0\"")
        .contains(">1e-4<", ">3e-4<", ">1e-3<", ">3e-3<", ">1e-2<");
    LineChart zero =
        new LineChart(
            "t", "x", "y", Scale.LOGARITHMIC, Scale.LINEAR, List.of(series("p", new Point(0, 1))));
    assertThatThrownBy(zero::svg).hasMessageContaining("above 0 only, was 0.0");
  }

  @Test
  void aSinglePointAndALevelLineCanBeDrawn() throws Exception {
    Series point = series("p", new Point(3, 7));
    assertThat(parsed(new LineChart("t", "x", "y", List.of(point))).getElementsByTagName("path"))
        .isNotNull();
    assertThat(new LineChart("t", "x", "y", List.of(point)).svg()).contains("M384.0 194.0 h0");
  }

  @Test
  void theLegendGrowsBelowTheLines() throws Exception {
    List<Series> many =
        IntStream.range(0, 9)
            .mapToObj(i -> new Series("a long name, number " + i, List.of(new Point(i, i)), STYLE))
            .toList();
    Document svg = parsed(new LineChart("t", "x", "y", many));
    // Three beside each other, 18 pixels a line.
    assertThat(svg.getDocumentElement().getAttribute("viewBox")).isEqualTo("0 0 720 454");
  }

  @Test
  void stylesDiffer() {
    assertThat(
            IntStream.range(0, LineStyle.COUNT).mapToObj(number -> new LineStyle(number).stroke()))
        .doesNotHaveDuplicates();
    assertThat(new LineStyle(LineStyle.NEUTRAL).stroke()).contains("#000000");
    assertThatThrownBy(() -> new LineStyle(-1)).hasMessageContaining("was -1");
  }

  @Test
  void refusesWhatCannotBeDrawn() {
    assertThatThrownBy(() -> new Point(Double.NaN, 0)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> series("s")).hasMessageContaining("no point");
    assertThatThrownBy(() -> new LineChart("t", "x", "y", List.of()))
        .hasMessageContaining("needs a series");
  }
}
