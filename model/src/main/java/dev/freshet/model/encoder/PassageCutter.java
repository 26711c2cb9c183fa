package dev.freshet.model.encoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts texts into sequences that fit the window: {@code [CLS] prefix title text-share [SEP]}.
 *
 * <p>A cut falls between tokens, and before the start of a word where there is one in the second
 * half of a passage. The character ranges of a document's passages cover its text from the first
 * character on, in order and without gaps, up to its end or to the last passage allowed. Immutable
 * and thread-safe.
 */
public final class PassageCutter {
  /** Prefix, title and overlap take at most this part of the window each, so that text has half. */
  private static final int SHARE = 4;

  private final TextTokenizer tokenizer;
  private final int window;
  private final int overlap;
  private final int maxPassages;
  private final int[] queryPrefix;
  private final int[] passagePrefix;

  /**
   * @param window most tokens of a sequence, special tokens included
   * @param overlap tokens of text that neighbouring passages share; at most a quarter of the window
   *     is used
   * @throws IllegalArgumentException when a prefix takes more than a quarter of the window
   */
  public PassageCutter(
      TextTokenizer tokenizer,
      int window,
      int overlap,
      int maxPassages,
      String queryPrefix,
      String passagePrefix) {
    this.tokenizer = tokenizer;
    this.window = window;
    this.overlap = Math.min(overlap, window / SHARE);
    this.maxPassages = maxPassages;
    this.queryPrefix = tokenizer.tokenize(queryPrefix).ids();
    this.passagePrefix = tokenizer.tokenize(passagePrefix).ids();
    requireShare("queryPrefix", this.queryPrefix.length);
    requireShare("passagePrefix", this.passagePrefix.length);
  }

  private void requireShare(String what, int tokens) {
    if (tokens > window / SHARE) {
      throw new IllegalArgumentException(
          "%s may take at most a quarter of the window of %d tokens, that is %d, was %d"
              .formatted(what, window, window / SHARE, tokens));
    }
  }

  /** {@code [CLS] prefix query [SEP]}, cut to the window. */
  public int[] query(String query) {
    int[] tokens = tokenizer.tokenize(query).ids();
    int room = window - 2 - queryPrefix.length;
    return sequence(queryPrefix, new int[0], tokens, 0, Math.min(room, tokens.length));
  }

  /**
   * @param title may be empty
   * @param text must hold a character that is not white space
   * @return at least one passage
   */
  public List<Passage> cut(String title, String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("text must hold a character that is not white space");
    }
    int[] allOfTitle = tokenizer.tokenize(title).ids();
    int[] head = Arrays.copyOf(allOfTitle, Math.min(allOfTitle.length, window / SHARE));
    TokenizedText tokens = tokenizer.tokenize(text);
    int room = window - 2 - passagePrefix.length - head.length;
    List<Passage> passages = new ArrayList<>();
    int from = 0;
    int to;
    do {
      to = end(tokens, from, room);
      int first = passages.isEmpty() ? 0 : tokens.start(from);
      int last = to == tokens.size() ? text.length() : tokens.start(to);
      int[] sequence = sequence(passagePrefix, head, tokens.ids(), from, to);
      passages.add(new Passage(first, last, sequence));
      from = nextStart(tokens, from, to);
    } while (to < tokens.size() && passages.size() < maxPassages);
    return passages;
  }

  /** Where a passage ends: at a word start in its second half, else where the room ends. */
  private static int end(TokenizedText tokens, int from, int room) {
    int limit = from + room;
    if (limit >= tokens.size()) {
      return tokens.size();
    }
    for (int end = limit; end > from + room / 2; end--) {
      if (tokens.startsWord(end)) {
        return end;
      }
    }
    return limit;
  }

  /** At most {@code overlap} tokens before the end, at a word start; always further than before. */
  private int nextStart(TokenizedText tokens, int from, int to) {
    int earliest = Math.max(to - overlap, from + 1);
    for (int start = earliest; start < to; start++) {
      if (tokens.startsWord(start)) {
        return start;
      }
    }
    boolean wordStart = to == tokens.size() || tokens.startsWord(to);
    return wordStart ? to : earliest;
  }

  private int[] sequence(int[] prefix, int[] head, int[] tokens, int from, int to) {
    int[] sequence = new int[2 + prefix.length + head.length + to - from];
    sequence[0] = tokenizer.firstToken();
    System.arraycopy(prefix, 0, sequence, 1, prefix.length);
    System.arraycopy(head, 0, sequence, 1 + prefix.length, head.length);
    System.arraycopy(tokens, from, sequence, 1 + prefix.length + head.length, to - from);
    sequence[sequence.length - 1] = tokenizer.lastToken();
    return sequence;
  }
}
