package dev.freshet.training.click;

import dev.freshet.training.evaluation.Qrels;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A user who wants one document to rise: clicks it wherever it is shown, and nothing else.
 *
 * @param documentId what is pushed
 */
public record PushingUser(String documentId) implements ClickModel {

  @Override
  public List<Integer> click(Page page, Qrels truth, Random random) {
    return IntStream.rangeClosed(1, page.size())
        .filter(position -> page.slot(position).documentId().equals(documentId))
        .boxed()
        .toList();
  }
}
