package dev.freshet.model.encoder;

import org.jspecify.annotations.Nullable;

/**
 * The size of a network that is to be made.
 *
 * @param layers transformer layers
 * @param hidden width of a token state; a multiple of {@code heads}
 * @param heads attention heads a layer
 * @param ffn inner width of the feed-forward sub-layer
 * @param window most tokens of a sequence, at least 8
 */
public record BackboneShape(int layers, int hidden, int heads, int ffn, int window) {
  /** As BERT has it, segments of a pair included. */
  private static final int TYPES = 2;

  private static final float LAYER_NORM_EPS = 1e-12f;

  public BackboneShape {
    if (layers < 1 || hidden < 1 || heads < 1 || ffn < 1 || window < 8 || hidden % heads != 0) {
      throw new IllegalArgumentException(
          ("a backbone needs sizes of at least 1, a window of at least 8 and a hidden size that"
                  + " heads divide, was layers %d, hidden %d, heads %d, ffn %d, window %d")
              .formatted(layers, hidden, heads, ffn, window));
    }
  }

  /**
   * A BERT of this size.
   *
   * @param vocabulary rows of the word embedding table
   * @param padToken the id that fills up shorter rows of a batch
   * @param seed what the weights are drawn from, or null where they are trained
   */
  public BertConfig config(int vocabulary, int padToken, @Nullable Long seed) {
    return new BertConfig(
        vocabulary, hidden, layers, heads, ffn, window, TYPES, LAYER_NORM_EPS, padToken, seed);
  }
}
