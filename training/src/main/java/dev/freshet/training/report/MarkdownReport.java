package dev.freshet.training.report;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A {@link Report} as Markdown, with tables and folded parts as GitHub shows them. Figures are
 * links to files, which somebody else must write.
 */
public final class MarkdownReport {
  private final String figureFolder;
  private final StringBuilder out = new StringBuilder();

  private MarkdownReport(String figureFolder) {
    this.figureFolder = figureFolder;
  }

  /**
   * @param figureFolder where {@code <name>.svg} of each figure lies, relative to the text
   */
  public static String of(Report report, String figureFolder) {
    MarkdownReport writer = new MarkdownReport(figureFolder);
    writer.paragraph("# " + Escape.markdown(report.title()));
    for (Report.Section section : report.sections()) {
      writer.paragraph("## " + Escape.markdown(section.title()));
      writer.blocks(section.blocks());
    }
    return writer.out.toString();
  }

  private void paragraph(String markdown) {
    out.append(out.isEmpty() ? "" : "\n").append(markdown).append('\n');
  }

  private void blocks(List<Block> blocks) {
    for (Block block : blocks) {
      if (block instanceof Block.Paragraph paragraph) {
        paragraph(Escape.markdown(paragraph.text()));
      } else if (block instanceof Block.Heading heading) {
        paragraph("### " + Escape.markdown(heading.text()));
      } else if (block instanceof Block.Listing listing) {
        paragraph(
            listing.items().stream()
                .map(item -> "- " + Escape.markdown(item))
                .collect(Collectors.joining("\n")));
      } else if (block instanceof Block.Tabular tabular) {
        table(tabular.table());
        paragraph(Escape.markdown(tabular.caption()));
      } else if (block instanceof Block.Figures figures) {
        figures.figures().forEach(this::figure);
      } else if (block instanceof Block.Folded folded) {
        paragraph("<details><summary>" + Escape.xml(folded.summary()) + "</summary>");
        blocks(folded.blocks());
        paragraph("</details>");
      }
    }
  }

  private void figure(Block.Figure figure) {
    paragraph(
        "![%s](%s/%s.svg)"
            .formatted(Escape.markdown(figure.caption()), figureFolder, figure.name()));
  }

  private void table(Table table) {
    out.append('\n');
    row(table.columns().stream().map(column -> Escape.markdown(column.heading())).toList());
    row(table.columns().stream().map(column -> column.isNumeric() ? "---:" : "---").toList());
    for (List<Table.Cell> cells : table.rows()) {
      boolean isHeading = cells.size() < table.columns().size();
      row(cells.stream().map(cell -> cell(cell, isHeading || cell.isStrong())).toList());
    }
  }

  private static String cell(Table.Cell cell, boolean isStrong) {
    String text = Escape.markdown(cell.text());
    return isStrong && !text.isBlank() ? "**" + text + "**" : text;
  }

  private void row(List<String> cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
