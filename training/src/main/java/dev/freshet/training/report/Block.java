package dev.freshet.training.report;

import java.util.List;

/** A piece of a {@link Report}. All text is plain. */
public sealed interface Block {

  /** Sentences. */
  record Paragraph(String text) implements Block {}

  /** A heading inside a section. */
  record Heading(String text) implements Block {}

  /** Items, each with a mark before it. */
  record Listing(List<String> items) implements Block {
    public Listing {
      items = List.copyOf(items);
    }
  }

  /**
   * Rows under headings; see {@link Table}.
   *
   * @param caption what the table shows and how to read it
   */
  record Tabular(String caption, Table table) implements Block {}

  /** Pictures beside each other, as far as there is room. */
  record Figures(List<Figure> figures) implements Block {
    public Figures {
      figures = List.copyOf(figures);
    }
  }

  /** What few will want to read, out of the way of the others. */
  record Folded(String summary, List<Block> blocks) implements Block {
    public Folded {
      blocks = List.copyOf(blocks);
    }
  }

  /**
   * A picture.
   *
   * @param name of a file for it, without ending, of small letters, digits, hyphens, dots and
   *     tildes
   * @param svg of {@link LineChart} or {@link HeatMap}
   * @param caption what it shows
   */
  record Figure(String name, String svg, String caption) {
    public Figure {
      if (!name.matches("[a-z0-9.~-]+")) {
        throw new IllegalArgumentException("a figure's name must fit a file, was " + name);
      }
    }
  }
}
