package dev.freshet.training.corpus;

/**
 * What one page of the handbook is about, and what it answers.
 *
 * @param cause one of the problem's
 * @param effect one of the circumstance's
 * @param advice one of the circumstance's
 */
record Topic(
    Thing thing,
    Problem problem,
    Circumstance circumstance,
    Problem.Cause cause,
    Template effect,
    Template advice) {

  /** What the topics of one group share. */
  String groupName() {
    return thing.name() + "-" + problem.name();
  }
}
