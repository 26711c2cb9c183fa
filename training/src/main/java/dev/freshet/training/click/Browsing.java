package dev.freshet.training.click;

/**
 * What examination of a position is assumed to depend on.
 *
 * <p>Positions count from 1; a previous click is the position of the last click above, 0 for none.
 */
public enum Browsing {
  /** The position alone: the position-based model (Richardson et al., WWW 2007). */
  POSITION {
    @Override
    int cells(int positions) {
      return positions;
    }

    @Override
    int cell(int position, int previousClick) {
      return position - 1;
    }
  },

  /**
   * The position and where the last click above was: the user browsing model (Dupret and
   * Piwowarski, SIGIR 2008). The position-based, the cascade and the dependent click model are
   * special cases of it, so it holds for readers who stop after a click as for those who do not.
   */
  LAST_CLICK {
    @Override
    int cells(int positions) {
      return positions * (positions + 1) / 2;
    }

    @Override
    int cell(int position, int previousClick) {
      return position * (position - 1) / 2 + previousClick;
    }
  };

  /** How many different situations there are on pages of a length. */
  abstract int cells(int positions);

  /** Number of a situation, below {@link #cells}; 0 is the first position. */
  abstract int cell(int position, int previousClick);
}
