package dev.freshet.model.encoder;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.model.checkpoint.InvalidModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A {@code tokenizer.json}, run by the Hugging Face tokenizers library.
 *
 * <p>Thread-safe: the native tokenizer is immutable, and the lock keeps {@link #close} from freeing
 * it under a running call, which would end the process.
 */
public final class TextTokenizer implements AutoCloseable {
  private static final char REPLACEMENT = '\uFFFD';

  private final HuggingFaceTokenizer tokenizer;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final int firstToken;
  private final int lastToken;
  private boolean closed;

  /**
   * @throws InvalidModelException when the file cannot be used as a BERT tokenizer
   */
  public TextTokenizer(Path file) {
    tokenizer = load(file);
    long[] frame = tokenizer.encode("", true, false).getIds();
    if (frame.length != 2) {
      tokenizer.close();
      throw new InvalidModelException(
          "%s puts %d special tokens around a text, supported is one before and one after it"
              .formatted(file, frame.length));
    }
    firstToken = Math.toIntExact(frame[0]);
    lastToken = Math.toIntExact(frame[1]);
  }

  private static HuggingFaceTokenizer load(Path file) {
    JsonNode json = JsonFiles.read(file);
    if (!(json instanceof ObjectNode root)) {
      throw new InvalidModelException(file + " is not a JSON object");
    }
    // Written there by whoever saved the file; cutting and padding are decided here.
    root.putNull("truncation");
    root.putNull("padding");
    Map<String, String> options = Map.of("truncation", "false", "padding", "false");
    byte[] bytes = root.toString().getBytes(StandardCharsets.UTF_8);
    Torch.prepare();
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), options);
    } catch (IOException | RuntimeException e) {
      throw new InvalidModelException(
          file + " is not a tokenizer that can be used: " + e.getMessage(), e);
    }
  }

  /** The token before every sequence, {@code [CLS]}. */
  public int firstToken() {
    return firstToken;
  }

  /** The token after every sequence, {@code [SEP]}. */
  public int lastToken() {
    return lastToken;
  }

  /**
   * Tokens without special ones. A text of nothing that the tokenizer knows, such as control
   * characters, yields none.
   *
   * @throws IllegalStateException when closed
   */
  TokenizedText tokenize(String text) {
    String clean = replaceLoneSurrogates(text);
    Encoding encoding = encode(clean);
    long[] tokens = encoding.getIds();
    long[] words = encoding.getWordIds();
    CharSpan[] spans = encoding.getCharTokenSpans();
    int[] ids = new int[tokens.length];
    int[] starts = new int[tokens.length];
    boolean[] wordStarts = new boolean[tokens.length];
    int codePoints = 0;
    int chars = 0;
    for (int i = 0; i < tokens.length; i++) {
      ids[i] = Math.toIntExact(tokens[i]);
      wordStarts[i] = i == 0 || words[i] != words[i - 1];
      // Spans count code points and never run backwards, so one pass turns them into indices.
      int start = spans[i] == null ? codePoints : spans[i].getStart();
      if (start > codePoints) {
        chars = clean.offsetByCodePoints(chars, start - codePoints);
        codePoints = start;
      }
      starts[i] = chars;
    }
    return new TokenizedText(ids, starts, wordStarts);
  }

  /**
   * Ids of the tokens without special ones; none for a text of nothing that the tokenizer knows.
   *
   * @throws IllegalStateException when closed
   */
  public int[] ids(String text) {
    return tokenize(text).ids();
  }

  private Encoding encode(String text) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("The encoder has been closed");
      }
      return tokenizer.encode(text, false, false);
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Half a pair has no UTF-8 form: the library turns it into several characters and loses count.
   */
  private static String replaceLoneSurrogates(String text) {
    StringBuilder fixed = null;
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isSurrogate(text.charAt(i))) {
        continue;
      }
      if (i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
        i++;
      } else {
        fixed = fixed == null ? new StringBuilder(text) : fixed;
        fixed.setCharAt(i, REPLACEMENT);
      }
    }
    return fixed == null ? text : fixed.toString();
  }

  /** Waits for running calls, then frees the native tokenizer. Idempotent. */
  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        tokenizer.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
