package dev.freshet.model.encoder;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Texts to vectors, for one model: one side of a generation, or both where they are the same.
 *
 * <p>Thread-safe. Requests from all threads meet in one queue and are computed in batches, so a
 * caller gets a future and must not block a thread that the batcher needs (it needs none but its
 * own).
 */
public interface Encoder extends AutoCloseable {

  /** Length of every vector that {@link #encode} yields. */
  int dimensions();

  /**
   * What a person should be told about this model, in one line: name, shape, pooling, device, and
   * its modules.
   */
  String description();

  /**
   * Identity of the model, as hex digits: equal for two encoders that give a text the same vector,
   * on whatever machine. It covers weights, tokenizer, pooling and window, and of the side that the
   * encoder is for the modules and the prefix; not the device. That of the document side tells
   * which vectors may be compared: another query side leaves it as it is.
   */
  String fingerprint();

  /**
   * Cuts a document into overlapping passages at token boundaries. Every passage carries the
   * passage prefix and the title before its share of the text.
   *
   * @param title may be empty
   * @param text must hold at least one character that is not white space
   * @return at least one passage, in the order of the text, at most the configured number
   */
  List<Passage> cut(String title, String text);

  /** Token ids {@code [seq]} of a query, prefix and special tokens included, cut to the window. */
  int[] tokenizeQuery(String query);

  /**
   * Queues one sequence.
   *
   * @param tokens token ids {@code [seq]}, from {@link #cut} or {@link #tokenizeQuery}
   * @param priority who waits
   * @return the L2-normalised vector {@code [dimensions]}; fails with {@link EncodingException}
   *     when the model yields a vector that is not finite, and with {@link IllegalStateException}
   *     when the encoder has been closed or the engine fails
   */
  CompletableFuture<float[]> encode(int[] tokens, Priority priority);

  /**
   * Queues the sequences of one document, whose vectors are of use only together. Encoders that
   * batch let short documents go before long ones of the same priority; a long one is overtaken for
   * about twice as long as computing it takes, so none waits for ever. By default every sequence is
   * queued by itself.
   *
   * @param sequences token ids, each as for {@link #encode}
   * @return a vector {@code [dimensions]} for each sequence, in the same order; fails as {@link
   *     #encode} does
   */
  default CompletableFuture<float[][]> encodeAll(List<int[]> sequences, Priority priority) {
    return Futures.all(sequences.stream().map(tokens -> encode(tokens, priority)).toList());
  }

  /**
   * Gives this handle back. The last handle on a model waits for the batches that are being
   * computed with it, fails what waits, and frees it. Idempotent.
   */
  @Override
  void close();
}
