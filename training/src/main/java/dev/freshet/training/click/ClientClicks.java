package dev.freshet.training.click;

import java.util.Arrays;
import java.util.List;

/**
 * What one client was shown and clicked, and how likely that is under several hypotheses: natural
 * logarithms that compare with each other, since what a hypothesis leaves open for the client costs
 * it. Counted by situation: the position, and what others think of the document there ({@link
 * Agreement}). Not thread-safe.
 */
final class ClientClicks {
  /** Of a client's eagerness, the logarithm of a factor of all its odds: its standard deviation. */
  private static final double EAGERNESS = 1.5;

  private static final double MOST_EAGERNESS = 8 * EAGERNESS;

  /** To within a millionth. */
  private static final int HALVINGS = 25;

  private final int[] shown;
  private final int[] clicked;

  /**
   * @param impressions all of the client's, none longer than {@code positions}
   * @param everybody what all clients say of documents, this one as well
   */
  ClientClicks(List<Impression> impressions, int positions, Agreement everybody) {
    shown = new int[situations(positions)];
    clicked = new int[shown.length];
    Agreement own = new Agreement(impressions);
    for (Impression impression : impressions) {
      Page page = impression.page();
      for (int position = 1; position <= page.size(); position++) {
        int level = everybody.level(page.queryId(), page.slot(position).documentId(), own);
        int situation = (position - 1) * Agreement.LEVELS + level;
        shown[situation]++;
        clicked[situation] += impression.isClicked(position) ? 1 : 0;
      }
    }
  }

  /** How many there are on pages of a length. */
  static int situations(int positions) {
    return positions * Agreement.LEVELS;
  }

  int clicks() {
    return Arrays.stream(clicked).sum();
  }

  /** Adds what this client was shown and clicked, by situation, as far as it counts. */
  void addTo(double[] allShown, double[] allClicked, double weight) {
    for (int i = 0; i < shown.length; i++) {
      allShown[i] += weight * shown[i];
      allClicked[i] += weight * clicked[i];
    }
  }

  /** At one rate in all situations, any rate being as likely. */
  double atOneRate() {
    return anyRate(Arrays.stream(shown).sum(), clicks());
  }

  /** At a rate for each position, any being as likely. */
  double byPosition() {
    double sum = 0;
    for (int from = 0; from < shown.length; from += Agreement.LEVELS) {
      int to = from + Agreement.LEVELS;
      sum += anyRate(Arrays.stream(shown, from, to).sum(), Arrays.stream(clicked, from, to).sum());
    }
    return sum;
  }

  /** The logarithm of the integral over all rates, 1 / ((n + 1) (n over c)). */
  private static double anyRate(int shown, int clicked) {
    return logFactorial(clicked) + logFactorial(shown - clicked) - logFactorial(shown + 1);
  }

  /** By Stirling's series, exact to ten digits. */
  private static double logFactorial(int n) {
    double x = n + 1.0;
    double shift = 0;
    for (; x < 8; x++) {
      shift += Math.log(x);
    }
    double series = 1 / (12 * x) - 1 / (360 * x * x * x) + 1 / (1260 * Math.pow(x, 5));
    return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series - shift;
  }

  /**
   * By a profile of odds, whatever the client's eagerness is (Laplace's approximation).
   *
   * @param odds by situation
   */
  double byProfile(double[] odds) {
    double eagerness = eagerness(odds);
    double factor = Math.exp(eagerness);
    double likelihood = -eagerness * eagerness / (2 * EAGERNESS * EAGERNESS);
    double curvature = 1 / (EAGERNESS * EAGERNESS);
    for (int i = 0; i < shown.length; i++) {
      double each = odds[i] * factor;
      likelihood += clicked[i] * Math.log(each) - shown[i] * Math.log1p(each);
      curvature += shown[i] * each / ((1 + each) * (1 + each));
    }
    return likelihood - Math.log(EAGERNESS) - Math.log(curvature) / 2;
  }

  /** Where the derivative is 0, which falls: found by halving. */
  private double eagerness(double[] odds) {
    int clicks = clicks();
    double low = -MOST_EAGERNESS;
    double high = MOST_EAGERNESS;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (expected(odds, Math.exp(middle)) + middle / (EAGERNESS * EAGERNESS) < clicks) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private double expected(double[] odds, double factor) {
    double sum = 0;
    for (int i = 0; i < shown.length; i++) {
      double each = odds[i] * factor;
      sum += shown[i] * each / (1 + each);
    }
    return sum;
  }
}
