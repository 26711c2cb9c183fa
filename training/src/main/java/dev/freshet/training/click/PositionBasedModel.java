package dev.freshet.training.click;

import dev.freshet.training.evaluation.Qrels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A user who looks at each position with a probability of its own, whatever else is on the page,
 * and clicks what was looked at by its attractiveness: {@code P(click) = examination ·
 * attractiveness}.
 *
 * <p>Source: Richardson, Dominowska and Ragno, <i>Predicting clicks</i>, WWW 2007; Craswell et al.,
 * <i>An experimental comparison of click position-bias models</i>, WSDM 2008.
 */
public record PositionBasedModel(ExaminationCurve examination, Attractiveness attractiveness)
    implements ClickModel {

  @Override
  public List<Integer> click(Page page, Qrels truth, Random random) {
    List<Integer> clicks = new ArrayList<>();
    for (int position = 1; position <= page.size(); position++) {
      int grade = truth.grade(page.queryId(), page.slot(position).documentId());
      if (random.nextDouble() < examination.at(position) * attractiveness.of(grade)) {
        clicks.add(position);
      }
    }
    return clicks;
  }
}
