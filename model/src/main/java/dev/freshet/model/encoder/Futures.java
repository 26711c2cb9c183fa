package dev.freshet.model.encoder;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Puts futures together. */
public final class Futures {
  private Futures() {}

  /** The vectors in the order of the futures; fails when one of them fails. */
  public static CompletableFuture<float[][]> all(List<CompletableFuture<float[]>> vectors) {
    return CompletableFuture.allOf(vectors.toArray(CompletableFuture[]::new))
        .thenApply(
            nothing -> vectors.stream().map(CompletableFuture::join).toArray(float[][]::new));
  }
}
