package dev.freshet.training.corpus;

import java.util.List;
import java.util.function.Function;

/** Renders templates as sentences. Not thread-safe. */
final class Sentences {
  private final World world;
  private final Choices choices;

  Sentences(World world, Choices choices) {
    this.world = world;
    this.choices = choices;
  }

  /** One of the slot's templates, filled, as it is. */
  String phrase(TemplateSlot slot, Function<Placeholder, String> values) {
    return choices.one(world.templates(slot)).render(choices, values);
  }

  /** The same with a capital. */
  String sentence(TemplateSlot slot, Function<Placeholder, String> values) {
    return capitalised(phrase(slot, values));
  }

  /** A text of one sentence a slot, in that order. */
  String text(List<TemplateSlot> slots, Function<Placeholder, String> values) {
    return String.join(" ", slots.stream().map(slot -> sentence(slot, values)).toList());
  }

  /** The first letter or digit as a capital. */
  static String capitalised(String sentence) {
    for (int at = 0; at < sentence.length(); at++) {
      if (Character.isLetterOrDigit(sentence.charAt(at))) {
        char first = Character.toUpperCase(sentence.charAt(at));
        return sentence.substring(0, at) + first + sentence.substring(at + 1);
      }
    }
    return sentence;
  }
}
