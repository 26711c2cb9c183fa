package dev.freshet.training.corpus;

/** In whose words a page speaks. */
enum Voice {
  /** The handbook's only: such pages are asked for in everyday speech. */
  HANDBOOK,
  /** Everyday words, and the handbook's for the same. */
  MIXED,
  /** Everyday words for the problem, the handbook's for what to do. */
  PLAIN
}
