package dev.freshet.training.click;

import dev.freshet.training.evaluation.Qrels;
import java.util.List;
import java.util.Random;

/**
 * A simulated user: which documents of a page are clicked. Documents without a judgement are not
 * relevant.
 *
 * <p>For an overview see Chuklin, Markov and de Rijke, <i>Click models for web search</i>, 2015,
 * chapter 3. A user who means harm is any of them with {@link Attractiveness#inverted}, or a {@link
 * PushingUser}.
 *
 * <p>Immutable and thread-safe; chance is the caller's, and one state of it gives one answer.
 */
public sealed interface ClickModel
    permits PositionBasedModel, CascadeModel, DependentClickModel, RandomClicker, PushingUser {

  /**
   * @return clicked positions, from 1, ascending
   */
  List<Integer> click(Page page, Qrels truth, Random random);
}
