package dev.freshet.training.corpus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Words what a page answers, in each register. Not thread-safe. */
final class QueryWriter {
  private static final int ATTEMPTS = 16;

  /** Of about seven content words of a question: some overlap, and some synonyms. */
  private static final int FEWEST_SHARED = 5;

  private static final int MOST_TITLE_WORDS = 7;

  private final Sentences sentences;
  private final Choices choices;
  private final ContentWords contentWords;
  private final Map<String, Set<String>> stemsOfGroups = new HashMap<>();

  QueryWriter(Sentences sentences, Choices choices, ContentWords contentWords) {
    this.sentences = sentences;
    this.choices = choices;
    this.contentWords = contentWords;
  }

  /** Empty where the page cannot be asked for in that register. */
  Optional<String> write(QueryRegister register, Page page, PageGroup group) {
    return switch (register) {
      case TERMS -> Optional.of(terms(page));
      case QUESTION -> question(page);
      case EVERYDAY -> everyday(page, group);
    };
  }

  /** The title's content, and a word of the text. */
  private String terms(Page page) {
    List<String> title = contentWords.in(page.document().title());
    List<String> words = new ArrayList<>(title);
    while (words.size() > MOST_TITLE_WORDS) {
      words.remove(choices.below(words.size()));
    }
    words.add(choices.one(contentWords.in(page.document().text())));
    return String.join(" ", words.stream().distinct().toList());
  }

  private Optional<String> question(Page page) {
    Set<String> stems = contentWords.stems(page.words());
    TopicValues values = new TopicValues(page.topic(), Voice.HANDBOOK, choices);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      String question = sentences.sentence(TemplateSlot.QUESTION, values);
      Set<String> shared = new HashSet<>(contentWords.stems(question));
      shared.retainAll(stems);
      if (shared.size() >= FEWEST_SHARED) {
        return Optional.of(question);
      }
    }
    return Optional.empty();
  }

  /**
   * Shares no stem with any page of the group, for each of them is judged. Empty where a name that
   * is needed has no everyday word that the pages leave free.
   */
  private Optional<String> everyday(Page page, PageGroup group) {
    Set<String> taken =
        stemsOfGroups.computeIfAbsent(
            page.topic().groupName(), name -> contentWords.stems(group.words()));
    Topic topic = page.topic();
    Optional<String> thing = free(topic.thing().everyday(), taken);
    Optional<String> symptom = free(topic.problem().everyday(), taken);
    Optional<String> circumstance = free(topic.circumstance().everyday(), taken);
    if (thing.isEmpty() || symptom.isEmpty() || circumstance.isEmpty()) {
      return Optional.empty();
    }
    Map<Placeholder, String> values =
        Map.of(
            Placeholder.EVERYDAY_THING, thing.get(),
            Placeholder.EVERYDAY_SYMPTOM, symptom.get(),
            Placeholder.EVERYDAY_CIRCUMSTANCE, circumstance.get());
    String query = sentences.phrase(TemplateSlot.EVERYDAY, name -> values.getOrDefault(name, ""));
    return Collections.disjoint(contentWords.stems(query), taken)
        ? Optional.of(query)
        : Optional.empty();
  }

  private Optional<String> free(List<String> phrases, Set<String> taken) {
    return choices.shuffled(phrases).stream()
        .filter(phrase -> Collections.disjoint(contentWords.stems(phrase), taken))
        .findFirst();
  }
}
