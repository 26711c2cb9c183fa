package dev.freshet.training.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A {@link Report} as one HTML page that needs nothing beside it, neither a script nor the network,
 * and is light or dark as its reader likes. It is XML, too.
 */
public final class HtmlReport {
  private static final String STYLE = "report.css";

  private final StringBuilder out = new StringBuilder();

  private HtmlReport() {}

  public static String of(Report report) {
    HtmlReport writer = new HtmlReport();
    writer.head(report.title());
    writer.contents(report.sections());
    for (int i = 0; i < report.sections().size(); i++) {
      Report.Section section = report.sections().get(i);
      writer.add("<section id=\"s" + i + "\">").element("h2", section.title());
      writer.blocks(section.blocks());
      writer.add("</section>");
    }
    return writer.add("</main>").add("</body>").add("</html>").out.toString();
  }

  private HtmlReport add(String markup) {
    out.append(markup).append('\n');
    return this;
  }

  private HtmlReport element(String name, String text) {
    return add("<" + name + ">" + Escape.xml(text) + "</" + name + ">");
  }

  private void head(String title) {
    add("<!DOCTYPE html>");
    add("<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">");
    add("<head>");
    add("<meta charset=\"utf-8\" />");
    add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />");
    element("title", title);
    add("<style>").add(style()).add("</style>");
    add("</head>").add("<body>").add("<main>");
    element("h1", title);
  }

  private static String style() {
    try (InputStream css = HtmlReport.class.getResourceAsStream(STYLE)) {
      if (css == null) {
        throw new IllegalStateException(STYLE + " is missing in the jar");
      }
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + STYLE, e);
    }
  }

  private void contents(List<Report.Section> sections) {
    add("<nav><ul>");
    for (int i = 0; i < sections.size(); i++) {
      String title = Escape.xml(sections.get(i).title());
      add("<li><a href=\"#s%d\">%s</a></li>".formatted(i, title));
    }
    add("</ul></nav>");
  }

  private void blocks(List<Block> blocks) {
    for (Block block : blocks) {
      if (block instanceof Block.Paragraph paragraph) {
        element("p", paragraph.text());
      } else if (block instanceof Block.Heading heading) {
        element("h3", heading.text());
      } else if (block instanceof Block.Listing listing) {
        add("<ul>");
        listing.items().forEach(item -> element("li", item));
        add("</ul>");
      } else if (block instanceof Block.Tabular tabular) {
        table(tabular);
      } else if (block instanceof Block.Figures figures) {
        figures(figures.figures());
      } else if (block instanceof Block.Folded folded) {
        add("<details>").element("summary", folded.summary());
        blocks(folded.blocks());
        add("</details>");
      }
    }
  }

  private void figures(List<Block.Figure> figures) {
    add("<div class=\"figures\">");
    for (Block.Figure figure : figures) {
      add("<figure>").add(figure.svg());
      if (!figure.caption().isBlank()) {
        element("figcaption", figure.caption());
      }
      add("</figure>");
    }
    add("</div>");
  }

  private void table(Block.Tabular tabular) {
    List<Table.Column> columns = tabular.table().columns();
    add("<div class=\"table\"><table>").element("caption", tabular.caption());
    out.append("<thead><tr>");
    for (Table.Column column : columns) {
      cell("th scope=\"col\"", "th", column, Escape.xml(column.heading()));
    }
    add("</tr></thead>").add("<tbody>");
    for (List<Table.Cell> row : tabular.table().rows()) {
      if (row.size() < columns.size()) {
        add(
            "<tr class=\"group\"><th colspan=\"%d\">%s</th></tr>"
                .formatted(columns.size(), Escape.xml(row.get(0).text())));
        continue;
      }
      out.append("<tr>");
      for (int i = 0; i < row.size(); i++) {
        String text = Escape.xml(row.get(i).text());
        cell("td", "td", columns.get(i), row.get(i).isStrong() ? "<b>" + text + "</b>" : text);
      }
      add("</tr>");
    }
    add("</tbody></table></div>");
  }

  private void cell(String opening, String name, Table.Column column, String markup) {
    out.append('<').append(opening).append(column.isNumeric() ? " class=\"n\">" : ">");
    out.append(markup).append("</").append(name).append('>');
  }
}
