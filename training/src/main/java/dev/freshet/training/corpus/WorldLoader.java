package dev.freshet.training.corpus;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Reads the world, and refuses what would be silently unused or unclear: unknown keys and slots, a
 * trait without problems, a problem without things, and a phrase that stands for two things.
 */
final class WorldLoader {
  private static final String THINGS = "things.txt";
  private static final String PROBLEMS = "problems.txt";
  private static final String CIRCUMSTANCES = "circumstances.txt";
  private static final String TEMPLATES = "templates.txt";
  private static final String FUNCTION_WORDS = "function-words.txt";
  private static final Set<String> SEASONS = Set.of("winter", "spring", "summer", "autumn", "any");
  private static final int HARDEST = 5;
  private static final Set<Placeholder> NAME_OF_THING = EnumSet.of(Placeholder.THING);

  private final UnaryOperator<String> texts;

  /**
   * @param texts the text of each file by its name
   */
  WorldLoader(UnaryOperator<String> texts) {
    this.texts = texts;
  }

  /**
   * @throws MalformedLineException with file and line when something is wrong
   */
  World load() {
    List<WorldSection> things = sections(THINGS);
    List<WorldSection> problems = sections(PROBLEMS);
    List<WorldSection> circumstances = sections(CIRCUMSTANCES);
    requireMatchingTraits(things, problems);
    for (List<WorldSection> file : List.of(things, problems, circumstances)) {
      requireClearPhrases(file);
    }
    return new World(
        things.stream().map(WorldLoader::thing).toList(),
        problems.stream().map(WorldLoader::problem).toList(),
        circumstances.stream().map(WorldLoader::circumstance).toList(),
        templates(sections(TEMPLATES)),
        new ContentWords(functionWords()));
  }

  private List<WorldSection> sections(String file) {
    return WorldFile.parse(file, texts.apply(file));
  }

  private static Thing thing(WorldSection section) {
    section.requireKeys(Set.of("area", "traits", "formal", "everyday", "parts", "fact"));
    return new Thing(
        section.name(),
        section.one("area").value(),
        traits(section),
        section.alternatives(2, "formal"),
        section.alternatives(2, "everyday"),
        section.alternatives(2, "parts"),
        section.atLeast(2, "fact").stream().map(WorldEntry::value).toList());
  }

  private static Set<String> traits(WorldSection section) {
    return Set.of(section.one("traits").value().split(" +"));
  }

  private static Problem problem(WorldSection section) {
    section.requireKeys(Set.of("trait", "noun", "formal", "everyday", "cause"));
    return new Problem(
        section.name(),
        section.one("trait").value(),
        section.alternatives(1, "noun"),
        section.alternatives(1, "formal"),
        section.alternatives(2, "everyday"),
        section.atLeast(3, "cause").stream().map(WorldLoader::cause).toList());
  }

  private static Problem.Cause cause(WorldEntry entry) {
    String[] parts = entry.value().split(" => ", -1);
    if (parts.length != 3 || !parts[2].matches("[1-" + HARDEST + "]")) {
      throw entry.refused(
          "must be: why => remedy => difficulty from 1 to %d, was %s"
              .formatted(HARDEST, entry.value()));
    }
    return new Problem.Cause(
        Template.parse(entry, parts[0], NAME_OF_THING),
        Template.parse(entry, parts[1], NAME_OF_THING),
        Integer.parseInt(parts[2]));
  }

  private static Circumstance circumstance(WorldSection section) {
    section.requireKeys(Set.of("season", "formal", "everyday", "effect", "advice"));
    WorldEntry season = section.one("season");
    if (!SEASONS.contains(season.value())) {
      throw season.refused("must be one of %s".formatted(SEASONS.stream().sorted().toList()));
    }
    return new Circumstance(
        section.name(),
        season.value(),
        section.alternatives(2, "formal"),
        section.alternatives(2, "everyday"),
        lines(section, "effect"),
        lines(section, "advice"));
  }

  private static List<Template> lines(WorldSection section, String key) {
    return section.atLeast(3, key).stream()
        .map(entry -> Template.parse(entry, entry.value(), NAME_OF_THING))
        .toList();
  }

  private static void requireMatchingTraits(
      List<WorldSection> things, List<WorldSection> problems) {
    Set<String> needed = new HashSet<>();
    problems.forEach(problem -> needed.add(problem.one("trait").value()));
    Set<String> had = new HashSet<>();
    for (WorldSection thing : things) {
      for (String trait : traits(thing)) {
        if (!needed.contains(trait)) {
          throw thing.one("traits").refused("names " + trait + ", which no problem needs");
        }
        had.add(trait);
      }
    }
    for (WorldSection problem : problems) {
      WorldEntry trait = problem.one("trait");
      if (!had.contains(trait.value())) {
        throw trait.refused("is " + trait.value() + ", which no thing has");
      }
    }
  }

  /** Otherwise a query could ask for two things at once. */
  private static void requireClearPhrases(List<WorldSection> sections) {
    Map<String, String> owners = new HashMap<>();
    for (WorldSection section : sections) {
      for (String key : List.of("formal", "everyday")) {
        for (String phrase : section.alternatives(1, key)) {
          String owner = owners.put(phrase.toLowerCase(Locale.ROOT), section.name());
          if (owner != null) {
            throw section
                .one(key)
                .refused(
                    "has the phrase \"%s\", which stands for %s already".formatted(phrase, owner));
          }
        }
      }
    }
  }

  private static Map<TemplateSlot, List<Template>> templates(List<WorldSection> sections) {
    Map<TemplateSlot, List<Template>> templates = new EnumMap<>(TemplateSlot.class);
    for (WorldSection section : sections) {
      TemplateSlot slot =
          TemplateSlot.ofLabel(section.requireKeys(Set.of("line")).name())
              .orElseThrow(() -> section.refused("is not a slot that anything is written for"));
      List<Template> lines = new ArrayList<>();
      for (WorldEntry entry : section.atLeast(1, "line")) {
        lines.add(Template.parse(entry, entry.value(), slot.allowed()));
      }
      templates.put(slot, List.copyOf(lines));
    }
    for (TemplateSlot slot : TemplateSlot.values()) {
      if (!templates.containsKey(slot)) {
        throw new MalformedLineException(TEMPLATES, 1, "lacks the section " + slot.label());
      }
    }
    return templates;
  }

  private Set<String> functionWords() {
    Set<String> words = new HashSet<>();
    for (String line : texts.apply(FUNCTION_WORDS).lines().toList()) {
      if (!line.startsWith("#")) {
        words.addAll(ContentWords.words(line));
      }
    }
    return words;
  }
}
