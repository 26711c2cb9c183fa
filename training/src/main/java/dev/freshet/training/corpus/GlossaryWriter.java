package dev.freshet.training.corpus;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Writes the pages that say which word of the handbook stands for which of everyday speech. No
 * query asks for them; a model learns from them. Not thread-safe.
 */
final class GlossaryWriter {
  private static final String ID = "glossary-";
  private static final String ANY_AREA = "house";
  private static final String ANY_SEASON = "any";

  private final World world;
  private final Choices choices;

  GlossaryWriter(World world, Choices choices) {
    this.world = world;
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
    String text =
        text(
            TemplateSlot.GLOSSARY_THING,
            values -> {
              two(values, thing.formal(), Placeholder.THING, Placeholder.SECOND_THING);
              two(
                  values,
                  thing.everyday(),
                  Placeholder.EVERYDAY_THING,
                  Placeholder.SECOND_EVERYDAY_THING);
              values.put(Placeholder.AREA, thing.area());
            });
    String name = "thing-" + thing.name();
    return document(name, thing.formal().get(0), text, thing.area(), ANY_SEASON);
  }

  private CorpusDocument page(Problem problem) {
    String text =
        text(
            TemplateSlot.GLOSSARY_PROBLEM,
            values -> {
              values.put(Placeholder.NOUN, choices.one(problem.nouns()));
              values.put(Placeholder.SYMPTOM, choices.one(problem.formal()));
              two(
                  values,
                  problem.everyday(),
                  Placeholder.EVERYDAY_SYMPTOM,
                  Placeholder.SECOND_EVERYDAY_SYMPTOM);
            });
    String title = String.join(", ", problem.nouns());
    return document("problem-" + problem.name(), title, text, ANY_AREA, ANY_SEASON);
  }

  private CorpusDocument page(Circumstance circumstance) {
    String text =
        text(
            TemplateSlot.GLOSSARY_CIRCUMSTANCE,
            values -> {
              two(
                  values,
                  circumstance.formal(),
                  Placeholder.CIRCUMSTANCE,
                  Placeholder.SECOND_CIRCUMSTANCE);
              two(
                  values,
                  circumstance.everyday(),
                  Placeholder.EVERYDAY_CIRCUMSTANCE,
                  Placeholder.SECOND_EVERYDAY_CIRCUMSTANCE);
            });
    String name = "circumstance-" + circumstance.name();
    String title = "Faults " + circumstance.formal().get(0);
    return document(name, title, text, ANY_AREA, circumstance.season());
  }

  private void two(
      Map<Placeholder, String> values, List<String> names, Placeholder first, Placeholder second) {
    String one = choices.one(names);
    values.put(first, one);
    values.put(second, choices.other(names, one));
  }

  /** Every template of the slot, in random order, each with names of its own. */
  private String text(TemplateSlot slot, Consumer<Map<Placeholder, String>> names) {
    List<String> texts = new ArrayList<>();
    for (Template template : choices.shuffled(world.templates(slot))) {
      Map<Placeholder, String> values = new EnumMap<>(Placeholder.class);
      names.accept(values);
      texts.add(
          Sentences.capitalised(template.render(choices, name -> values.getOrDefault(name, ""))));
    }
    return String.join(" ", texts);
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
