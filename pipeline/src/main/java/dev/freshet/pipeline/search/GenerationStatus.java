package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.GenerationState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One generation as this serve node sees it.
 *
 * @param generation its number
 * @param state where it stands; {@code BUILDING} also while this node still reads it
 * @param vectors the generation whose vectors it searches
 * @param denseWeight what a place in the dense list counts on its hybrid pages
 * @param documents live documents in this node's store
 * @param passages live passages in this node's store
 * @param dimensions length of the vectors, 0 where the generation is not here
 * @param progress 0 to 1: how much of it is here
 * @param documentsPerSecond that were written here lately, new ones and old ones
 * @param secondsLeft until all of it is here, at that pace; null where it is, or where nothing came
 *     lately
 * @param behind changes of documents, at most, that its index job has yet to write; null where that
 *     is not known, or it has none
 * @param ready whether this node has read what it must have, and could serve it at once
 * @param memoryBytes bytes of the index in memory
 * @param description the model in one line
 * @param reasons why it was replaced, retired or rejected; why it does not come on here
 * @param metrics by name, what its gate measured
 * @param since when it came into that state, ISO 8601
 */
public record GenerationStatus(
    int generation,
    GenerationState state,
    int vectors,
    double denseWeight,
    long documents,
    long passages,
    int dimensions,
    double progress,
    double documentsPerSecond,
    @Nullable Double secondsLeft,
    @Nullable Long behind,
    boolean ready,
    long memoryBytes,
    String description,
    List<String> reasons,
    Map<String, Double> metrics,
    String since) {

  /** Of a generation that this node does not hold. */
  public static GenerationStatus elsewhere(GenerationRecord record) {
    return of(record, record.state(), false, 0, 0, 0, 0, 0, null, null, 0);
  }

  /** Of a generation that this node holds. */
  public static GenerationStatus here(
      GenerationRecord record,
      boolean isRead,
      long documents,
      long passages,
      int dimensions,
      double progress,
      double documentsPerSecond,
      @Nullable Double secondsLeft,
      @Nullable Long behind,
      long memoryBytes) {
    return of(
        record,
        isRead ? record.state() : GenerationState.BUILDING,
        isRead,
        documents,
        passages,
        dimensions,
        progress,
        documentsPerSecond,
        secondsLeft,
        behind,
        memoryBytes);
  }

  /**
   * With one reason more.
   *
   * @param obstacle what keeps this node from reading on, null where nothing does
   */
  public GenerationStatus hinderedBy(@Nullable String obstacle) {
    if (obstacle == null) {
      return this;
    }
    List<String> all = new ArrayList<>(reasons);
    all.add(obstacle);
    return new GenerationStatus(
        generation,
        state,
        vectors,
        denseWeight,
        documents,
        passages,
        dimensions,
        progress,
        documentsPerSecond,
        secondsLeft,
        behind,
        ready,
        memoryBytes,
        description,
        List.copyOf(all),
        metrics,
        since);
  }

  private static GenerationStatus of(
      GenerationRecord record,
      GenerationState state,
      boolean ready,
      long documents,
      long passages,
      int dimensions,
      double progress,
      double documentsPerSecond,
      @Nullable Double secondsLeft,
      @Nullable Long behind,
      long memoryBytes) {
    return new GenerationStatus(
        record.generation(),
        state,
        record.vectors(),
        record.denseWeight(),
        documents,
        passages,
        dimensions,
        progress,
        documentsPerSecond,
        secondsLeft,
        behind,
        ready,
        memoryBytes,
        record.description(),
        record.reasons(),
        record.metrics(),
        record.time().toString());
  }
}
