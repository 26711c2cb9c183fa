package dev.freshet.training.lab.clicks;

/** Who fills the pages that users see. */
public enum PageSource {
  /** BM25, the same pages in every round. */
  BM25("bm25"),

  /** The model that is tuned, as it is at the beginning of the round. */
  DENSE("dense");

  private final String label;

  PageSource(String label) {
    this.label = label;
  }

  @Override
  public String toString() {
    return label;
  }
}
