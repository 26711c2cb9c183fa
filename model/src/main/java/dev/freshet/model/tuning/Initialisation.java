package dev.freshet.model.tuning;

/** What a trainable tensor starts as. */
public enum Initialisation {
  /** All zeros. */
  ZERO,
  /** Independent draws from N(0, deviation²), the deviation being the {@link Tuning}'s. */
  NORMAL,
  /**
   * The backbone's tensor of the same name. Where it has none, which only a head can be, a weight
   * is as {@link #NORMAL} and a bias as {@link #ZERO}.
   */
  BACKBONE
}
