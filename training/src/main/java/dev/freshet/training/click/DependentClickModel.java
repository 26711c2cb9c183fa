package dev.freshet.training.click;

import dev.freshet.training.evaluation.Qrels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A cascade with more than one click: after a click the user goes on reading with a probability
 * that depends on the position, after a skip always.
 *
 * <p>Source: Guo, Liu and Wang, <i>Efficient multiple-click models in web search</i>, WSDM 2009,
 * section 3.
 *
 * @param continuation λ of the paper: probability to go on after a click, for the positions from 1;
 *     those below the last have the last
 */
public record DependentClickModel(Attractiveness attractiveness, List<Double> continuation)
    implements ClickModel {
  /**
   * @throws IllegalArgumentException when continuation is empty, or one is not between 0 and 1
   */
  public DependentClickModel {
    continuation = Probabilities.requireSome("continuation", continuation);
  }

  @Override
  public List<Integer> click(Page page, Qrels truth, Random random) {
    List<Integer> clicks = new ArrayList<>();
    for (int position = 1; position <= page.size(); position++) {
      int grade = truth.grade(page.queryId(), page.slot(position).documentId());
      if (random.nextDouble() < attractiveness.of(grade)) {
        clicks.add(position);
        int last = Math.min(position, continuation.size()) - 1;
        if (random.nextDouble() >= continuation.get(last)) {
          break;
        }
      }
    }
    return clicks;
  }
}
