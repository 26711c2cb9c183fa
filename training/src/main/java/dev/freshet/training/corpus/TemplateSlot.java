package dev.freshet.training.corpus;

import static dev.freshet.training.corpus.Placeholder.*;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The places that templates are written for, and what each may name. */
enum TemplateSlot {
  TITLE(THING, NOUN, SYMPTOM, CIRCUMSTANCE),
  TITLE_PLAIN(NOUN, CIRCUMSTANCE, EVERYDAY_THING, EVERYDAY_SYMPTOM, EVERYDAY_CIRCUMSTANCE),
  OPENING(THING, NOUN, SYMPTOM, CIRCUMSTANCE, CAUSE),
  OPENING_MIXED(
      THING,
      NOUN,
      SYMPTOM,
      CIRCUMSTANCE,
      CAUSE,
      EVERYDAY_THING,
      EVERYDAY_SYMPTOM,
      EVERYDAY_CIRCUMSTANCE),
  OPENING_PLAIN(CAUSE, EVERYDAY_THING, EVERYDAY_SYMPTOM, EVERYDAY_CIRCUMSTANCE),
  REMEDY(THING, NOUN, Placeholder.REMEDY),
  REMEDY_PLAIN(EVERYDAY_THING, Placeholder.REMEDY),
  EFFECT(Placeholder.EFFECT),
  ADVICE(CIRCUMSTANCE, Placeholder.ADVICE),
  INSPECTION(THING, PART, SECOND_PART),
  FACT(Placeholder.FACT),
  CLOSING(AREA, DIFFICULTY, MINUTES, MONEY),
  GLOSSARY_THING(THING, SECOND_THING, EVERYDAY_THING, SECOND_EVERYDAY_THING, AREA),
  GLOSSARY_PROBLEM(NOUN, SYMPTOM, EVERYDAY_SYMPTOM, SECOND_EVERYDAY_SYMPTOM),
  GLOSSARY_CIRCUMSTANCE(
      CIRCUMSTANCE, SECOND_CIRCUMSTANCE, EVERYDAY_CIRCUMSTANCE, SECOND_EVERYDAY_CIRCUMSTANCE),
  QUESTION(
      THING, NOUN, SYMPTOM, CIRCUMSTANCE, EVERYDAY_THING, EVERYDAY_SYMPTOM, EVERYDAY_CIRCUMSTANCE),
  EVERYDAY(EVERYDAY_THING, EVERYDAY_SYMPTOM, EVERYDAY_CIRCUMSTANCE);

  @SuppressWarnings("ImmutableEnumChecker") // only copies leave
  private final Set<Placeholder> allowed;

  TemplateSlot(Placeholder first, Placeholder... rest) {
    this.allowed = EnumSet.of(first, rest);
  }

  Set<Placeholder> allowed() {
    return EnumSet.copyOf(allowed);
  }

  /** The section of templates.txt. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<TemplateSlot> ofLabel(String label) {
    return Arrays.stream(values()).filter(slot -> slot.label().equals(label)).findFirst();
  }
}
