package dev.freshet.training.click;

import java.util.List;
import java.util.Random;

/**
 * Users of several kinds. Immutable and thread-safe.
 *
 * @param shares add up to 1
 */
public record Population(List<Share> shares) {
  private static final double ROUNDING = 1e-9;

  /**
   * @param share of the users who are of this kind, 0 to 1
   */
  public record Share(double share, ClickModel users) {
    public Share {
      Probabilities.require("share", share);
    }
  }

  /**
   * @throws IllegalArgumentException when the shares do not add up to 1
   */
  public Population {
    shares = List.copyOf(shares);
    double sum = shares.stream().mapToDouble(Share::share).sum();
    if (Math.abs(sum - 1) > ROUNDING) {
      throw new IllegalArgumentException("shares must add up to 1, added up to " + sum);
    }
  }

  /** Users of one kind. */
  public static Population of(ClickModel users) {
    return new Population(List.of(new Share(1, users)));
  }

  /** Some user. */
  public ClickModel draw(Random random) {
    double left = random.nextDouble();
    for (Share share : shares) {
      left -= share.share();
      if (left < 0) {
        return share.users();
      }
    }
    return shares.get(shares.size() - 1).users(); // what rounding left over
  }
}
