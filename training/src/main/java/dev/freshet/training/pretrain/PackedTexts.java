package dev.freshet.training.pretrain;

import dev.freshet.training.sampling.Epochs;
import java.util.Arrays;
import java.util.List;

/**
 * Texts one after the other, cut into sequences of equal length: so nothing is padded, and every
 * position of the window is trained. Not thread-safe.
 */
final class PackedTexts {
  private final List<int[]> texts;
  private final int firstToken;
  private final int lastToken;
  private final int window;
  private final long seed;
  private final int sequences;
  private final Epochs epochs;
  private long packedEpoch = -1;
  private int[] stream = new int[0];

  /**
   * @param texts token ids {@code [seq]} each, without special ones
   * @param window tokens of a sequence, special ones included; shorter where the texts are
   * @param batch sequences a step
   */
  PackedTexts(List<int[]> texts, int firstToken, int lastToken, int window, int batch, long seed) {
    this.texts = texts;
    this.firstToken = firstToken;
    this.lastToken = lastToken;
    this.seed = seed;
    int tokens = texts.stream().mapToInt(text -> text.length + 1).sum();
    this.window = Math.min(window, tokens + 2);
    sequences = tokens / (this.window - 2);
    epochs = new Epochs(sequences, batch, seed);
  }

  long stepsAnEpoch() {
    return epochs.stepsAnEpoch();
  }

  /** Sequences {@code [batch][window]}; fresh arrays, which the caller may change. */
  int[][] batch(long step) {
    pack(epochs.epoch(step));
    return Arrays.stream(epochs.batch(step)).mapToObj(this::sequence).toArray(int[][]::new);
  }

  private int[] sequence(int index) {
    int inner = window - 2;
    int[] sequence = new int[window];
    sequence[0] = firstToken;
    System.arraycopy(stream, index * inner, sequence, 1, inner);
    sequence[window - 1] = lastToken;
    return sequence;
  }

  private void pack(long epoch) {
    if (epoch == packedEpoch) {
      return;
    }
    int[] packed = new int[texts.stream().mapToInt(text -> text.length + 1).sum()];
    int at = 0;
    for (int index : Epochs.shuffled(texts.size(), ~seed, epoch)) {
      int[] text = texts.get(index);
      System.arraycopy(text, 0, packed, at, text.length);
      at += text.length;
      packed[at++] = lastToken;
    }
    stream = packed;
    packedEpoch = epoch;
  }
}
