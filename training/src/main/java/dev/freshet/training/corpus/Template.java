package dev.freshet.training.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A sentence with places to fill: {@code {name}} is a {@link Placeholder}, {@code [a|b]} one of
 * several wordings, which may hold placeholders but no further brackets. Immutable.
 */
final class Template {
  private interface Piece {
    void render(Choices choices, Function<Placeholder, String> values, StringBuilder to);
  }

  private final List<Piece> pieces;

  private Template(List<Piece> pieces) {
    this.pieces = List.copyOf(pieces);
  }

  /**
   * @param allowed the placeholders that have a value where the template is used
   * @throws MalformedLineException when a bracket or brace is not closed, or a placeholder is
   *     unknown or not allowed
   */
  static Template parse(WorldEntry entry, String text, Set<Placeholder> allowed) {
    List<Piece> pieces = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      char first = text.charAt(at);
      int end;
      if (first == '[') {
        end = closing(entry, text, at, ']');
        pieces.add(choice(entry, text.substring(at + 1, end - 1), allowed));
      } else if (first == '{') {
        end = closing(entry, text, at, '}');
        pieces.add(value(entry, text.substring(at + 1, end - 1), allowed));
      } else {
        end = at + 1;
        while (end < text.length() && "[{".indexOf(text.charAt(end)) < 0) {
          end++;
        }
        pieces.add(literal(entry, text.substring(at, end)));
      }
      at = end;
    }
    return new Template(pieces);
  }

  private static int closing(WorldEntry entry, String text, int from, char bracket) {
    int end = text.indexOf(bracket, from);
    if (end < 0) {
      throw entry.refused("lacks a %c after: %s".formatted(bracket, text.substring(from)));
    }
    return end + 1;
  }

  private static Piece choice(WorldEntry entry, String inside, Set<Placeholder> allowed) {
    if (inside.contains("[")) {
      throw entry.refused("has brackets inside brackets: " + inside);
    }
    List<Template> wordings = new ArrayList<>();
    for (String wording : inside.split("\\|", -1)) {
      wordings.add(parse(entry, wording, allowed));
    }
    if (wordings.size() < 2) {
      throw entry.refused("has brackets without a choice: " + inside);
    }
    return (choices, values, to) -> choices.one(wordings).render(choices, values, to);
  }

  private static Piece value(WorldEntry entry, String label, Set<Placeholder> allowed) {
    Placeholder placeholder =
        Placeholder.ofLabel(label)
            .filter(allowed::contains)
            .orElseThrow(
                () ->
                    entry.refused(
                        "cannot name {%s} here, only %s"
                            .formatted(label, allowed.stream().map(Placeholder::label).toList())));
    return (choices, values, to) -> to.append(values.apply(placeholder));
  }

  private static Piece literal(WorldEntry entry, String text) {
    if (text.contains("]") || text.contains("}")) {
      throw entry.refused("closes what was not opened: " + text);
    }
    return (choices, values, to) -> to.append(text);
  }

  private void render(Choices choices, Function<Placeholder, String> values, StringBuilder to) {
    pieces.forEach(piece -> piece.render(choices, values, to));
  }

  /** Fills the places, left to right. */
  String render(Choices choices, Function<Placeholder, String> values) {
    StringBuilder text = new StringBuilder();
    render(choices, values, text);
    return text.toString();
  }
}
