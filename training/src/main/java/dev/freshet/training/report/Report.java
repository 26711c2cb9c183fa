package dev.freshet.training.report;

import java.util.List;
import java.util.stream.Stream;

/**
 * A document of sections.
 *
 * @param title above everything
 * @param sections in the order of reading
 */
public record Report(String title, List<Section> sections) {

  /**
   * A part with a heading.
   *
   * @param title the heading, different from that of the other sections
   * @param blocks in the order of reading
   */
  public record Section(String title, List<Block> blocks) {
    public Section {
      blocks = List.copyOf(blocks);
    }
  }

  public Report {
    sections = List.copyOf(sections);
  }

  /** All figures, those that are folded away among them. */
  public Stream<Block.Figure> figures() {
    return sections.stream().flatMap(section -> figures(section.blocks()));
  }

  private static Stream<Block.Figure> figures(List<Block> blocks) {
    return blocks.stream()
        .flatMap(
            block -> {
              if (block instanceof Block.Figures figures) {
                return figures.figures().stream();
              }
              return block instanceof Block.Folded folded
                  ? figures(folded.blocks())
                  : Stream.empty();
            });
  }
}
