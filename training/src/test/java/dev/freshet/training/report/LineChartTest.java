package dev.freshet.training.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.training.report.LineChart.Point;
import dev.freshet.training.report.LineChart.Series;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class LineChartTest {
  private static Document parsed(LineChart chart) throws Exception {
    byte[] svg = chart.svg().getBytes(StandardCharsets.UTF_8);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg));
  }

  @Test
  void lowAndHighValuesTouchTheEdgesAndTicksAreRound() throws Exception {
    Series loss =
        new Series("a < b", List.of(new Point(0, 10), new Point(50, 4), new Point(100, 2)));
    Document svg = parsed(new LineChart("loss & more", "step", "nats", List.of(loss)));
    String text = svg.getDocumentElement().getTextContent();
    assertThat(text).contains("loss & more", "step", "nats", "a < b").contains("20", "100", "4");
    assertThat(new LineChart("t", "x", "y", List.of(loss)).svg())
        .contains("d=\"M64.0 36.0 L384.0 273.0 L704.0 352.0\"");
  }

  @Test
  void aSinglePointAndALevelLineCanBeDrawn() throws Exception {
    Series point = new Series("p", List.of(new Point(3, 7)));
    assertThat(parsed(new LineChart("t", "x", "y", List.of(point))).getElementsByTagName("path"))
        .isNotNull();
    assertThat(new LineChart("t", "x", "y", List.of(point)).svg()).contains("M384.0 194.0");
  }

  @Test
  void refusesWhatCannotBeDrawn() {
    assertThatThrownBy(() -> new Point(Double.NaN, 0)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new Series("s", List.of())).hasMessageContaining("no point");
    assertThatThrownBy(() -> new LineChart("t", "x", "y", List.of()))
        .hasMessageContaining("needs a series");
  }
}
