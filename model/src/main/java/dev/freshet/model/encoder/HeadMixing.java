package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Locale;

/**
 * {@code softmax(Q · Kᵀ / sqrt(headSize) + mask) · V}, head by head, in torch's fused operator: the
 * scores {@code [batch, heads, seq, seq]} are never in memory as a whole, and heads are read where
 * the linear layers left them, without a copy.
 *
 * <p>Gradients flow. Immutable and thread-safe; one serves all layers of a model.
 */
final class HeadMixing {
  private final TorchFunction plain;
  private final TorchFunction masked;

  /**
   * @param owner frees it when it is closed
   */
  HeadMixing(NDManager owner, int heads, int headSize) {
    plain = TorchFunction.compile(owner, body(heads, headSize, "None"), "q", "k", "v", "ids");
    masked =
        TorchFunction.compile(owner, body(heads, headSize, "mask"), "q", "k", "v", "ids", "mask");
  }

  /** The scale is left to torch, whose default is {@code 1/sqrt(headSize)}. */
  private static String body(int heads, int headSize, String mask) {
    String text =
        """
        shape = [torch.size(ids, 0), torch.size(ids, 1), %d, %d]
        query = torch.transpose(torch.view(q, shape), 1, 2)
        key = torch.transpose(torch.view(k, shape), 1, 2)
        value = torch.transpose(torch.view(v, shape), 1, 2)
        mixed = torch.scaled_dot_product_attention(query, key, value, %s)
        return torch.reshape(torch.transpose(mixed, 1, 2), [-1, %d])
        """;
    return String.format(Locale.ROOT, text, heads, headSize, mask, heads * headSize);
  }

  /**
   * @param query {@code [batch·seq, hidden]}, heads side by side, as the others
   * @param key {@code [batch·seq, hidden]}
   * @param value {@code [batch·seq, hidden]}
   * @param batch which rows belong together and which are padding
   * @return {@code [batch·seq, hidden]}, owned by the manager of {@code query}
   */
  NDArray apply(NDArray query, NDArray key, NDArray value, TokenBatch batch) {
    NDArray mask = batch.attentionMask();
    return mask == null
        ? plain.call(query, key, value, batch.ids())
        : masked.call(query, key, value, batch.ids(), mask);
  }
}
