package dev.freshet.model.encoder;

/** How token states {@code [seq, hidden]} become one vector {@code [hidden]}. */
public enum Pooling {
  /** The mean over all tokens that are not padding. */
  MEAN,
  /** The state of the first token. */
  CLS
}
