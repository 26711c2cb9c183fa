package dev.freshet.training.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.training.report.Table.Cell;
import dev.freshet.training.report.Table.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Table TABLE =
      new Table(
          List.of(Column.text("a|b"), Column.number("n")),
          List.of(List.of(Cell.of("group <1>")), List.of(Cell.of("x & y"), Cell.strong("1.5"))));

  private static Report report() {
    Block.Figure figure = new Block.Figure("f-1", "<svg/>", "a \"figure\"");
    return new Report(
        "T < U",
        List.of(
            new Report.Section(
                "First & last",
                List.of(
                    new Block.Heading("1. why"),
                    new Block.Paragraph("p_q"),
                    new Block.Listing(List.of("one", "two *")),
                    new Block.Tabular("cap", TABLE),
                    new Block.Folded("more <", List.of(new Block.Figures(List.of(figure))))))));
  }

  @Test
  void htmlEscapesAndAligns() {
    assertThat(HtmlReport.of(report()))
        .contains("<title>T &lt; U</title>", "<h1>T &lt; U</h1>", "<h2>First &amp; last</h2>")
        .contains("<a href=\"#s0\">First &amp; last</a>", "<section id=\"s0\">")
        .contains("<th scope=\"col\">a|b</th><th scope=\"col\" class=\"n\">n</th>")
        .contains("<tr class=\"group\"><th colspan=\"2\">group &lt;1&gt;</th></tr>")
        .contains("<td>x &amp; y</td><td class=\"n\"><b>1.5</b></td>")
        .contains("<summary>more &lt;</summary>")
        .contains("<figure>\n<svg/>\n<figcaption>a &quot;figure&quot;</figcaption>");
  }

  @Test
  void markdownEscapesAndAligns() {
    assertThat(MarkdownReport.of(report(), "charts"))
        .startsWith("# T \\< U\n\n## First \\& last\n\n### 1. why\n\np\\_q\n\n- one\n- two \\*\n")
        .contains(
            "| a\\|b | n |\n| --- | ---: |\n| **group \\<1\\>** |\n| x \\& y | **1.5** |\n\ncap\n")
        .contains("<details><summary>more &lt;</summary>\n\n![a \"figure\"](charts/f-1.svg)\n");
  }

  @Test
  void figuresAreFoundWhereverTheyAre() {
    assertThat(report().figures()).extracting(Block.Figure::name).containsExactly("f-1");
    assertThatThrownBy(() -> new Block.Figure("../x", "", "")).hasMessageContaining("../x");
  }

  @Test
  void aRowFitsItsTable() {
    assertThatThrownBy(
            () ->
                new Table(
                    List.of(Column.text("a"), Column.text("b"), Column.text("c")),
                    List.of(List.of(Cell.of("1"), Cell.of("2")))))
        .hasMessageContaining("a row needs 3 cells, or 1");
  }
}
