package dev.freshet.pipeline.tune;

import dev.freshet.training.click.Impression;
import dev.freshet.training.click.Page;
import dev.freshet.training.click.PagePolicy;
import dev.freshet.training.click.Slot;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.feedback.Interaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A page with all clicks on it that count, in the form that Flink keeps.
 *
 * @param clicks positions, from 1, ascending, each once
 */
@SuppressWarnings("ArrayRecordComponent") // Flink serialises records; this one is never compared.
public record ClickedPage(ShownPage page, int[] clicks) {

  /**
   * As a round learns from it.
   *
   * @throws IllegalArgumentException when the page cannot have been shown like that
   */
  Interaction interaction() {
    CorpusQuery query = Interaction.query(page.query());
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < page.objectIds().length; i++) {
      slots.add(new Slot(page.objectIds()[i], page.ranks()[i]));
    }
    PagePolicy policy =
        page.explore() > 0 ? new PagePolicy.SwapTwo(page.explore()) : new PagePolicy.AsRanked();
    return new Interaction(
        query,
        new Impression(
            new Page(query.id(), slots, policy),
            page.clientId(),
            Arrays.stream(clicks).boxed().toList()),
        page.hybridOf(),
        Instant.ofEpochMilli(page.millis()));
  }
}
