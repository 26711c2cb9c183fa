package dev.freshet.training.feedback;

import dev.freshet.training.click.ClickLog;
import dev.freshet.training.click.Slot;
import dev.freshet.training.corpus.CorpusQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Some interactions, in the order of their time. Immutable and thread-safe. */
public record Interactions(List<Interaction> all) {
  public static final Interactions NONE = new Interactions(List.of());

  public Interactions {
    all = all.stream().sorted(Comparator.comparing(Interaction::time)).toList();
  }

  public int size() {
    return all.size();
  }

  /** These and others. */
  public Interactions and(Interactions others) {
    List<Interaction> both = new ArrayList<>(all);
    both.addAll(others.all);
    return new Interactions(both);
  }

  /**
   * What was before a time and what came from then on.
   *
   * @param before the earlier ones
   * @param after the later ones
   */
  public record Split(Interactions before, Interactions after) {}

  /**
   * Divides them in time, so that nothing that is learned from came after what it is judged by.
   *
   * @param later share of them that comes after, between 0 and 1
   */
  public Split split(double later) {
    int cut = all.size() - (int) Math.round(later * all.size());
    return new Split(
        new Interactions(all.subList(0, cut)), new Interactions(all.subList(cut, all.size())));
  }

  /** As estimators want them. */
  public ClickLog log() {
    return new ClickLog(all.stream().map(Interaction::impression).toList());
  }

  /** The queries, each once, by id, in the order in which they were asked first. */
  public Map<String, CorpusQuery> queries() {
    Map<String, CorpusQuery> queries = new LinkedHashMap<>();
    all.forEach(each -> queries.putIfAbsent(each.query().id(), each.query()));
    return queries;
  }

  /** Ids of all documents that were shown, in the order in which they were first. */
  public Set<String> shown() {
    Set<String> shown = new LinkedHashSet<>();
    all.forEach(
        each ->
            each.impression().page().slots().stream().map(Slot::documentId).forEach(shown::add));
    return shown;
  }

  /** Ids of the documents that were shown for each query, by its id. */
  public Map<String, Set<String>> shownByQuery() {
    Map<String, Set<String>> shown = new LinkedHashMap<>();
    for (Interaction each : all) {
      Set<String> ofQuery =
          shown.computeIfAbsent(each.query().id(), query -> new LinkedHashSet<>());
      each.impression().page().slots().stream().map(Slot::documentId).forEach(ofQuery::add);
    }
    return shown;
  }

  /** Those whose pages the two lists of one generation made. */
  Interactions hybridOf(int generation) {
    return new Interactions(all.stream().filter(each -> each.hybridOf() == generation).toList());
  }

  /** Those of some queries, by their ids. */
  public Interactions of(Set<String> queryIds) {
    return new Interactions(
        all.stream().filter(each -> queryIds.contains(each.query().id())).toList());
  }

  /**
   * Time of the first.
   *
   * @throws IllegalStateException when there is none
   */
  public Instant first() {
    return some().get(0).time();
  }

  /**
   * Time of the last.
   *
   * @throws IllegalStateException when there is none
   */
  public Instant last() {
    return some().get(all.size() - 1).time();
  }

  private List<Interaction> some() {
    if (all.isEmpty()) {
      throw new IllegalStateException("there are no interactions");
    }
    return all;
  }
}
