package dev.freshet.training.lab.clicks;

import dev.freshet.training.click.Attractiveness;
import dev.freshet.training.click.CascadeModel;
import dev.freshet.training.click.ClickModel;
import dev.freshet.training.click.DependentClickModel;
import dev.freshet.training.click.ExaminationCurve;
import dev.freshet.training.click.Population;
import dev.freshet.training.click.PositionBasedModel;
import dev.freshet.training.click.RandomClicker;
import java.util.List;

/**
 * Who clicks. Inverse propensity assumes the first kind, the posterior the first three, more or
 * less; the others put them to test.
 */
public enum Users {
  /** They look at positions by rank, whatever else they see. */
  POSITION_BASED("position-based"),

  /** They read from the top and stop at the first click. */
  CASCADE("cascade"),

  /** They read from the top, and after a click some go on. */
  DEPENDENT_CLICKS("dependent-clicks"),

  /** Position-based, but one in five clicks at random. */
  NOISY("noisy"),

  /** Position-based, but one in five clicks what does not answer and avoids what does. */
  HOSTILE("hostile");

  private static final double DISTURBING = 0.2;

  /** Of a click at any position, by one who clicks at random. */
  private static final double RANDOM_RATE = 0.3;

  /** Readiness to go on after a click, by position. */
  private static final List<Double> CONTINUATION = List.of(0.7, 0.6, 0.5, 0.4);

  private final String label;

  Users(String label) {
    this.label = label;
  }

  /**
   * The users.
   *
   * @param attractiveness of documents by grade
   * @param examination by position, of those who look at positions
   */
  public Population population(Attractiveness attractiveness, ExaminationCurve examination) {
    ClickModel usual = new PositionBasedModel(examination, attractiveness);
    return switch (this) {
      case POSITION_BASED -> Population.of(usual);
      case CASCADE -> Population.of(new CascadeModel(attractiveness));
      case DEPENDENT_CLICKS -> Population.of(new DependentClickModel(attractiveness, CONTINUATION));
      case NOISY -> disturbed(usual, new RandomClicker(RANDOM_RATE));
      case HOSTILE ->
          disturbed(usual, new PositionBasedModel(examination, attractiveness.inverted()));
    };
  }

  private static Population disturbed(ClickModel usual, ClickModel disturbing) {
    return new Population(
        List.of(
            new Population.Share(1 - DISTURBING, usual),
            new Population.Share(DISTURBING, disturbing)));
  }

  @Override
  public String toString() {
    return label;
  }
}
