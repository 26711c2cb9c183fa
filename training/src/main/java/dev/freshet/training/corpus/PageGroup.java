package dev.freshet.training.corpus;

import java.util.List;

/** The pages on one thing and problem: siblings of each other. */
record PageGroup(List<Page> pages) {
  PageGroup {
    pages = List.copyOf(pages);
  }

  /** The words of all pages. */
  String words() {
    return String.join(" ", pages.stream().map(Page::words).toList());
  }
}
