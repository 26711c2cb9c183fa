package dev.freshet.training.corpus;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the pages that say which word of the handbook stands for which of everyday speech. No
 * query asks for them; a model learns from them. Not thread-safe.
 */
final class GlossaryWriter {
  private static final String ID = "glossary-";
  private static final String ANY_AREA = "house";
  private static final String ANY_SEASON = "any";

  private final World world;
  private final Sentences sentences;
  private final Choices choices;

  GlossaryWriter(World world, Sentences sentences, Choices choices) {
    this.world = world;
    this.sentences = sentences;
    this.choices = choices;
  }

  static int capacity(World world) {
    return world.things().size() + world.problems().size() + world.circumstances().size();
  }

  /** One page for each thing, problem and circumstance. */
  List<CorpusDocument> write() {
    List<CorpusDocument> pages = new ArrayList<>();
    world.things().forEach(thing -> pages.add(page(thing)));
    world.problems().forEach(problem -> pages.add(page(problem)));
    world.circumstances().forEach(circumstance -> pages.add(page(circumstance)));
    return pages;
  }

  private CorpusDocument page(Thing thing) {
    Map<Placeholder, String> values = new EnumMap<>(Placeholder.class);
    two(values, thing.formal(), Placeholder.THING, Placeholder.SECOND_THING);
    two(values, thing.everyday(), Placeholder.EVERYDAY_THING, Placeholder.SECOND_EVERYDAY_THING);
    values.put(Placeholder.AREA, thing.area());
    String text = words(TemplateSlot.GLOSSARY_THING, values);
    return document(
        "thing-" + thing.name(),
        thing.formal().get(0),
        text + " " + String.join(" ", thing.facts()),
        thing.area(),
        ANY_SEASON);
  }

  private CorpusDocument page(Problem problem) {
    Map<Placeholder, String> values = new EnumMap<>(Placeholder.class);
    values.put(Placeholder.NOUN, choices.one(problem.nouns()));
    values.put(Placeholder.SYMPTOM, choices.one(problem.formal()));
    two(
        values,
        problem.everyday(),
        Placeholder.EVERYDAY_SYMPTOM,
        Placeholder.SECOND_EVERYDAY_SYMPTOM);
    String text = words(TemplateSlot.GLOSSARY_PROBLEM, values);
    String title = String.join(", ", problem.nouns());
    return document("problem-" + problem.name(), title, text, ANY_AREA, ANY_SEASON);
  }

  private CorpusDocument page(Circumstance circumstance) {
    Map<Placeholder, String> values = new EnumMap<>(Placeholder.class);
    two(values, circumstance.formal(), Placeholder.CIRCUMSTANCE, Placeholder.SECOND_CIRCUMSTANCE);
    two(
        values,
        circumstance.everyday(),
        Placeholder.EVERYDAY_CIRCUMSTANCE,
        Placeholder.SECOND_EVERYDAY_CIRCUMSTANCE);
    String text = words(TemplateSlot.GLOSSARY_CIRCUMSTANCE, values);
    return document(
        "circumstance-" + circumstance.name(),
        "Faults " + circumstance.formal().get(0),
        text,
        ANY_AREA,
        circumstance.season());
  }

  private void two(
      Map<Placeholder, String> values, List<String> names, Placeholder first, Placeholder second) {
    String one = choices.one(names);
    values.put(first, one);
    values.put(second, choices.other(names, one));
  }

  private String words(TemplateSlot slot, Map<Placeholder, String> values) {
    return sentences.sentence(slot, name -> values.getOrDefault(name, ""));
  }

  private static CorpusDocument document(
      String name, String title, String text, String area, String season) {
    return new CorpusDocument(
        ID + name,
        "Glossary: " + title,
        text,
        Map.of("area", area, "season", season, "difficulty", 1));
  }
}
