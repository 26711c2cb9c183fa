package dev.freshet.training.corpus;

/**
 * Ids of pages. A number at the end is chosen so that all pages of a group fall into the part of
 * their group's name: thus no query is measured on siblings of what was learned.
 */
final class PageIds {
  private PageIds() {}

  static String of(Topic topic) {
    CorpusPart part = CorpusPart.of(topic.groupName());
    String name = topic.groupName() + "-" + topic.circumstance().name() + "-";
    int number = 1;
    while (CorpusPart.of(name + number) != part) {
      number++;
    }
    return name + number;
  }
}
