package dev.freshet.training.corpus;

/**
 * How much is generated.
 *
 * @param documents pages of the handbook, glossary included
 * @param queriesPerRegister queries in each {@link QueryRegister}
 */
public record CorpusSize(int documents, int queriesPerRegister) {
  /** Enough to pretrain and tune a small model. */
  public static final CorpusSize DEFAULT = new CorpusSize(6_000, 1_200);

  public CorpusSize {
    requirePositive("documents", documents);
    requirePositive("queriesPerRegister", queriesPerRegister);
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be at least 1, was %d".formatted(what, value));
    }
  }
}
