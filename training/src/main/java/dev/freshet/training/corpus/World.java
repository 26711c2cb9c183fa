package dev.freshet.training.corpus;

import java.util.List;
import java.util.Map;

/** The hand-written world that documents tell of. Immutable. */
record World(
    List<Thing> things,
    List<Problem> problems,
    List<Circumstance> circumstances,
    Map<TemplateSlot, List<Template>> templates,
    ContentWords contentWords) {

  List<Template> templates(TemplateSlot slot) {
    return templates.getOrDefault(slot, List.of());
  }
}
