package dev.freshet.model.tuning;

import ai.djl.ndarray.NDArray;
import dev.freshet.model.encoder.LayerModules;
import dev.freshet.model.encoder.Prefix;
import dev.freshet.model.encoder.Projection;
import org.jspecify.annotations.Nullable;

/** Two sets of modules in one layer: where both take part, one after the other. */
record ModulePair(LayerModules first, LayerModules second) implements LayerModules {
  @Override
  public NDArray project(Projection projection, NDArray x, NDArray projected) {
    return second.project(projection, x, first.project(projection, x, projected));
  }

  @Override
  public @Nullable Prefix prefix() {
    Prefix prefix = first.prefix();
    return prefix == null ? second.prefix() : prefix;
  }

  @Override
  public NDArray insideAttention(NDArray attended) {
    return second.insideAttention(first.insideAttention(attended));
  }

  @Override
  public NDArray beforeFeedForward(NDArray x, NDArray h) {
    return second.beforeFeedForward(x, first.beforeFeedForward(x, h));
  }

  @Override
  public NDArray insideFeedForward(NDArray h, NDArray fed) {
    return second.insideFeedForward(h, first.insideFeedForward(h, fed));
  }

  @Override
  public NDArray afterLayer(NDArray x, NDArray h, NDArray y) {
    return second.afterLayer(x, h, first.afterLayer(x, h, y));
  }
}
