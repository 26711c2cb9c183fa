package dev.freshet.training.corpus;

import java.util.List;

/** What can be wrong with things of a trait, as in problems.txt. */
record Problem(
    String name,
    String trait,
    List<String> nouns,
    List<String> formal,
    List<String> everyday,
    List<Cause> causes) {

  /**
   * Why it happens, and what to do.
   *
   * @param difficulty from 1 to 5
   */
  record Cause(Template why, Template remedy, int difficulty) {}
}
