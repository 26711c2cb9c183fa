package dev.freshet.pipeline.demo;

import dev.freshet.training.click.Attractiveness;
import dev.freshet.training.click.CascadeModel;
import dev.freshet.training.click.ClickModel;
import dev.freshet.training.click.DependentClickModel;
import dev.freshet.training.click.ExaminationCurve;
import dev.freshet.training.click.Population;
import dev.freshet.training.click.PositionBasedModel;
import dev.freshet.training.click.PushingUser;
import dev.freshet.training.click.RandomClicker;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How simulated users click. The system knows nothing of it. */
enum Behaviour {
  /** Most look at positions by rank, some read from the top, one in ten clicks at random. */
  PEOPLE,

  /** All click at random. */
  RANDOM,

  /** All click what does not answer. */
  INVERTED,

  /** As people, but half of all clients click one document wherever they see it. */
  PUSHING;

  private static final int PAGE = 10;
  private static final double NOISE = 0.1;
  private static final double ATTRACTION = 0.9;
  private static final double RANDOM_RATE = 0.3;
  private static final List<Double> CONTINUATION = List.of(0.7, 0.6, 0.5, 0.4);

  /**
   * The users.
   *
   * @param highestGrade of a judgement
   * @param pushed document that some push
   */
  Population population(int highestGrade, String pushed) {
    List<Double> byGrade = new ArrayList<>();
    for (int grade = 0; grade <= highestGrade; grade++) {
      byGrade.add(NOISE + (ATTRACTION - NOISE) * grade / highestGrade);
    }
    Attractiveness likes = new Attractiveness(byGrade);
    ExaminationCurve examination = ExaminationCurve.power(PAGE, 1);
    ClickModel byPosition = new PositionBasedModel(examination, likes);
    return switch (this) {
      case PEOPLE ->
          new Population(
              List.of(
                  new Population.Share(0.6, byPosition),
                  new Population.Share(0.2, new CascadeModel(likes)),
                  new Population.Share(0.1, new DependentClickModel(likes, CONTINUATION)),
                  new Population.Share(0.1, new RandomClicker(RANDOM_RATE))));
      case RANDOM -> Population.of(new RandomClicker(RANDOM_RATE));
      case INVERTED -> Population.of(new PositionBasedModel(examination, likes.inverted()));
      case PUSHING ->
          new Population(
              List.of(
                  new Population.Share(0.5, byPosition),
                  new Population.Share(0.5, new PushingUser(pushed))));
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
