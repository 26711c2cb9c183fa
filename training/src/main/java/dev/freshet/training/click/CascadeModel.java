package dev.freshet.training.click;

import dev.freshet.training.evaluation.Qrels;
import java.util.List;
import java.util.Random;

/**
 * A user who reads from the top, clicks the first document that attracts and is done: at most one
 * click a page.
 *
 * <p>Source: Craswell, Zoeter, Taylor and Ramsey, <i>An experimental comparison of click
 * position-bias models</i>, WSDM 2008, section 3.4.
 */
public record CascadeModel(Attractiveness attractiveness) implements ClickModel {

  @Override
  public List<Integer> click(Page page, Qrels truth, Random random) {
    for (int position = 1; position <= page.size(); position++) {
      int grade = truth.grade(page.queryId(), page.slot(position).documentId());
      if (random.nextDouble() < attractiveness.of(grade)) {
        return List.of(position);
      }
    }
    return List.of();
  }
}
