package dev.freshet.training.pretrain;

import java.util.Locale;

/** The stages of pretraining, in their order. */
public enum PretrainStage {
  /** Guessing hidden tokens. */
  MASKED,
  /** Telling documents apart. */
  CONTRASTIVE;

  /** The name in files and for people: lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The stage of that label.
   *
   * @throws IllegalArgumentException when there is none
   */
  static PretrainStage ofLabel(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
