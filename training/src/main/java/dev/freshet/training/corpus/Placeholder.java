package dev.freshet.training.corpus;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a template may name in braces. */
enum Placeholder {
  THING,
  SECOND_THING,
  EVERYDAY_THING,
  SECOND_EVERYDAY_THING,
  NOUN,
  SYMPTOM,
  EVERYDAY_SYMPTOM,
  SECOND_EVERYDAY_SYMPTOM,
  CIRCUMSTANCE,
  SECOND_CIRCUMSTANCE,
  EVERYDAY_CIRCUMSTANCE,
  SECOND_EVERYDAY_CIRCUMSTANCE,
  CAUSE,
  REMEDY,
  EFFECT,
  ADVICE,
  FACT,
  PART,
  SECOND_PART,
  AREA,
  DIFFICULTY,
  MINUTES,
  MONEY;

  /** As in templates: {@code {second-part}} without the braces. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Placeholder> ofLabel(String label) {
    return Arrays.stream(values()).filter(each -> each.label().equals(label)).findFirst();
  }
}
