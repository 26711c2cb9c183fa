package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Locale;

/**
 * {@code softmax(Q · Kᵀ / sqrt(headSize) + mask) · V}, head by head, in torch's fused operator: the
 * scores {@code [batch, heads, seq, seq]} are never in memory as a whole, and heads are read where
 * the linear layers left them, without a copy.
 *
 * <p>A prefix of keys and values, the same for every sequence, may go before those of the
 * sequences.
 *
 * <p>Gradients flow. Immutable and thread-safe; one serves all layers of a model.
 */
final class HeadMixing {
  private static final String MASK = "mask";
  private static final String NO_MASK = "None";

  /** In front of the mask, which is added to scores, zeros for the prefix. */
  private static final String PREFIXED_MASK =
      "torch.constant_pad_nd(mask, [torch.size(pk, 0), 0], 0.)";

  private final TorchFunction plain;
  private final TorchFunction masked;
  private final TorchFunction prefixed;
  private final TorchFunction prefixedAndMasked;

  /**
   * @param owner frees it when it is closed
   */
  HeadMixing(NDManager owner, int heads, int headSize) {
    String keys = "torch.view(k, shape)";
    String values = "torch.view(v, shape)";
    plain =
        TorchFunction.compile(
            owner, body(heads, headSize, keys, values, NO_MASK), "q", "k", "v", "ids");
    masked =
        TorchFunction.compile(
            owner, body(heads, headSize, keys, values, MASK), "q", "k", "v", "ids", "mask");
    keys = prefixed("pk", keys, heads, headSize);
    values = prefixed("pv", values, heads, headSize);
    prefixed =
        TorchFunction.compile(
            owner, body(heads, headSize, keys, values, NO_MASK), "q", "k", "v", "ids", "pk", "pv");
    prefixedAndMasked =
        TorchFunction.compile(
            owner,
            body(heads, headSize, keys, values, PREFIXED_MASK),
            "q",
            "k",
            "v",
            "ids",
            "pk",
            "pv",
            "mask");
  }

  /** The scale is left to torch, whose default is {@code 1/sqrt(headSize)}. */
  private static String body(int heads, int headSize, String keys, String values, String mask) {
    return String.format(
        Locale.ROOT,
        """
        shape = [torch.size(ids, 0), torch.size(ids, 1), %d, %d]
        query = torch.transpose(torch.view(q, shape), 1, 2)
        key = torch.transpose(%s, 1, 2)
        value = torch.transpose(%s, 1, 2)
        mixed = torch.scaled_dot_product_attention(query, key, value, %s)
        return torch.reshape(torch.transpose(mixed, 1, 2), [-1, %d])
        """,
        heads,
        headSize,
        keys,
        values,
        mask,
        heads * headSize);
  }

  /**
   * The prefix, the same for every row, and then the sequence: {@code [batch, length + seq, ..]}.
   */
  private static String prefixed(String prefix, String sequence, int heads, int headSize) {
    return String.format(
        Locale.ROOT,
        "torch.cat([torch.expand(torch.view(%s, [1, -1, %d, %d]), [torch.size(ids, 0), -1, -1, -1]),"
            + " %s], 1)",
        prefix,
        heads,
        headSize,
        sequence);
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

  /** As above, with keys and values that every sequence begins with and that nothing masks. */
  NDArray apply(NDArray query, NDArray key, NDArray value, Prefix prefix, TokenBatch batch) {
    NDArray mask = batch.attentionMask();
    NDArray ids = batch.ids();
    return mask == null
        ? prefixed.call(query, key, value, ids, prefix.key(), prefix.value())
        : prefixedAndMasked.call(query, key, value, ids, prefix.key(), prefix.value(), mask);
  }
}
