package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * The head of a cross-encoder: {@code classifier · tanh(pooler · x)}, as Hugging Face's BERT for
 * sequence classification with one label has it.
 *
 * @param pooler {@code [hidden → hidden]}
 * @param classifier {@code [hidden → 1]}
 */
record ScoringHead(Linear pooler, Linear classifier) {

  /** Null where the weights have no such head. */
  static @Nullable ScoringHead find(BertWeights weights) {
    Linear pooler = weights.findLinear(BackboneTensors.POOLER);
    Linear classifier = weights.findLinear(BackboneTensors.CLASSIFIER);
    return pooler == null || classifier == null ? null : new ScoringHead(pooler, classifier);
  }

  /**
   * @param first states of the first tokens {@code [batch, hidden]}
   * @return {@code [batch]}
   */
  NDArray apply(NDArray first) {
    try (NDArray wide = pooler.apply(first);
        NDArray pooled = wide.tanh();
        NDArray logits = classifier.apply(pooled)) {
      return logits.reshape(logits.getShape().get(0));
    }
  }
}
