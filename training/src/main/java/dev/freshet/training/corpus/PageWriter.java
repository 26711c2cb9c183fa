package dev.freshet.training.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the pages that answer. Not thread-safe. */
final class PageWriter {
  private static final List<TemplateSlot> EXTRAS =
      List.of(TemplateSlot.INSPECTION, TemplateSlot.FACT, TemplateSlot.CLOSING);

  private final Sentences sentences;
  private final Choices choices;

  PageWriter(Sentences sentences, Choices choices) {
    this.sentences = sentences;
    this.choices = choices;
  }

  CorpusDocument write(String id, Topic topic, Voice voice) {
    TopicValues values = new TopicValues(topic, voice, choices);
    boolean plain = voice == Voice.PLAIN;
    String title =
        sentences.sentence(plain ? TemplateSlot.TITLE_PLAIN : TemplateSlot.TITLE, values);
    String text = sentences.text(slots(voice), values);
    Map<String, Object> attributes =
        Map.of(
            "area", topic.thing().area(),
            "season", topic.circumstance().season(),
            "difficulty", topic.cause().difficulty());
    return new CorpusDocument(id, title, text, attributes);
  }

  private List<TemplateSlot> slots(Voice voice) {
    List<TemplateSlot> slots = new ArrayList<>();
    slots.add(
        switch (voice) {
          case HANDBOOK -> TemplateSlot.OPENING;
          case MIXED -> TemplateSlot.OPENING_MIXED;
          case PLAIN -> TemplateSlot.OPENING_PLAIN;
        });
    List<TemplateSlot> extras = choices.shuffled(EXTRAS);
    if (voice == Voice.HANDBOOK) {
      slots.add(extras.get(1));
    }
    slots.add(voice == Voice.PLAIN ? TemplateSlot.REMEDY_PLAIN : TemplateSlot.REMEDY);
    slots.add(TemplateSlot.EFFECT);
    slots.add(TemplateSlot.ADVICE);
    slots.add(extras.get(0));
    return slots;
  }
}
