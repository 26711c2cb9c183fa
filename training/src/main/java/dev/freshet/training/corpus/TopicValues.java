package dev.freshet.training.corpus;

import java.util.List;
import java.util.function.Function;

/**
 * What the placeholders stand for on one page. Where there are several names, each use chooses
 * anew, so that the names of one thing meet in one text. Not thread-safe.
 */
final class TopicValues implements Function<Placeholder, String> {
  private static final int MINUTES_STEP = 5;
  private static final int MOST_STEPS = 24;

  private final Topic topic;
  private final Voice voice;
  private final Choices choices;
  private final List<String> parts;

  TopicValues(Topic topic, Voice voice, Choices choices) {
    this.topic = topic;
    this.voice = voice;
    this.choices = choices;
    this.parts = choices.shuffled(topic.thing().parts());
  }

  @Override
  public String apply(Placeholder placeholder) {
    return switch (placeholder) {
      case THING -> thing();
      case EVERYDAY_THING -> choices.one(topic.thing().everyday());
      case NOUN -> choices.one(topic.problem().nouns());
      case SYMPTOM -> choices.one(topic.problem().formal());
      case EVERYDAY_SYMPTOM -> choices.one(topic.problem().everyday());
      case CIRCUMSTANCE -> choices.one(topic.circumstance().formal());
      case EVERYDAY_CIRCUMSTANCE -> choices.one(topic.circumstance().everyday());
      case CAUSE -> topic.cause().why().render(choices, this);
      case REMEDY -> topic.cause().remedy().render(choices, this);
      case EFFECT -> topic.effect().render(choices, this);
      case ADVICE -> topic.advice().render(choices, this);
      case FACT -> choices.one(topic.thing().facts());
      case PART -> parts.get(0);
      case SECOND_PART -> parts.get(1);
      case AREA -> topic.thing().area();
      case DIFFICULTY -> Integer.toString(topic.cause().difficulty());
      case MINUTES -> Integer.toString(MINUTES_STEP * (1 + choices.below(MOST_STEPS)));
      case MONEY -> Integer.toString(2 + choices.below(MOST_STEPS) * topic.cause().difficulty());
      case SECOND_THING,
          SECOND_EVERYDAY_THING,
          SECOND_EVERYDAY_SYMPTOM,
          SECOND_CIRCUMSTANCE,
          SECOND_EVERYDAY_CIRCUMSTANCE ->
          throw new IllegalStateException(placeholder + " belongs to the glossary");
    };
  }

  private String thing() {
    return choices.one(voice == Voice.PLAIN ? topic.thing().everyday() : topic.thing().formal());
  }
}
