package dev.freshet.training.lab;

import dev.freshet.training.report.LineStyle;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One look for each contender's name, whatever chart it is in. */
final class Styles {
  /**
   * Those with aside modules drawn through, those without dashed; full fine-tuning, which all are
   * held against, black.
   */
  private static final Map<String, Integer> WANTED =
      Map.of(
          Trial.FULL,
          LineStyle.NEUTRAL,
          "iaa-l",
          0,
          "iaa-s",
          1,
          "iaa-m",
          2,
          "stream",
          3,
          "adapter",
          7,
          "lora",
          8,
          "mam",
          9,
          "prefix",
          11,
          "bitfit",
          12);

  private final Map<String, LineStyle> styles = new HashMap<>();

  Styles(List<Standing> standings) {
    Set<Integer> taken = new HashSet<>(WANTED.values());
    for (Standing standing : standings) {
      styles.computeIfAbsent(standing.entrant().name(), name -> style(name, taken));
    }
  }

  /** A contender with something beside its method has its colour, if that is free in dots. */
  private static LineStyle style(String name, Set<Integer> taken) {
    Integer wanted = WANTED.get(name);
    if (wanted != null) {
      return new LineStyle(wanted);
    }
    Integer method = WANTED.get(Entrant.method(name));
    int style = method == null ? 4 : (method + LineStyle.COUNT / 2) % LineStyle.COUNT;
    for (int tried = 0; taken.contains(style) && tried < LineStyle.COUNT; tried++) {
      style = (style + 1) % LineStyle.COUNT;
    }
    taken.add(style);
    return new LineStyle(style);
  }

  LineStyle of(Standing standing) {
    LineStyle style = styles.get(standing.entrant().name());
    if (style == null) {
      throw new IllegalArgumentException(standing.entrant() + " is not of this comparison");
    }
    return style;
  }
}
