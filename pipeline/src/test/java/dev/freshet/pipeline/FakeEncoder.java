package dev.freshet.pipeline;

import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncodingException;
import dev.freshet.model.encoder.Passage;
import dev.freshet.model.encoder.Priority;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A token a word, three words a passage; a vector holds the side (0 query, 1 passage) and the
 * number of tokens. Texts that begin with {@code poison} have no vector, those that begin with
 * {@code broken} break the device.
 */
public final class FakeEncoder implements Encoder {
  private static final Pattern PASSAGE = Pattern.compile("\\S+(\\s+\\S+){0,2}");
  private static final int POISON = -1;
  private static final int BROKEN = -2;

  /** What {@link #dimensions} answers. */
  public volatile int dimensions = 2;

  /** What {@link #encode} answers, or null for the vector of the tokens. */
  public volatile @Nullable CompletableFuture<float[]> answer;

  /** Who asked last. */
  public volatile @Nullable Priority priority;

  @Override
  public int dimensions() {
    return dimensions;
  }

  @Override
  public String description() {
    return "fake";
  }

  @Override
  public String fingerprint() {
    return "00";
  }

  @Override
  public List<Passage> cut(String title, String text) {
    var passages = new ArrayList<Passage>();
    Matcher words = PASSAGE.matcher(text);
    while (words.find()) {
      passages.add(new Passage(words.start(), words.end(), tokens(1, words.group())));
    }
    return passages;
  }

  @Override
  public int[] tokenizeQuery(String query) {
    return tokens(0, query);
  }

  private static int[] tokens(int side, String text) {
    int[] tokens = new int[text.split("\\s+").length];
    int token = text.startsWith("poison") ? POISON : text.startsWith("broken") ? BROKEN : side;
    Arrays.fill(tokens, token);
    return tokens;
  }

  @Override
  public CompletableFuture<float[]> encode(int[] tokens, Priority wanted) {
    priority = wanted;
    CompletableFuture<float[]> given = answer;
    if (given != null) {
      return given;
    }
    return switch (tokens[0]) {
      case POISON ->
          CompletableFuture.failedFuture(new EncodingException("the vector is not finite"));
      case BROKEN -> CompletableFuture.failedFuture(new IllegalStateException("device lost"));
      default -> CompletableFuture.completedFuture(new float[] {tokens[0], tokens.length});
    };
  }

  @Override
  public void close() {}
}
