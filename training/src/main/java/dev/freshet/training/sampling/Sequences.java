package dev.freshet.training.sampling;

import dev.freshet.model.encoder.Passage;
import dev.freshet.model.encoder.PassageCutter;
import dev.freshet.training.corpus.CorpusDocument;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The token sequences of texts as the pipeline cuts them, each text tokenized once however many
 * runs ask for it. Documents are known by their texts: the index may have another one under an id
 * than a golden set has.
 *
 * <p>Thread-safe. Arrays are shared: not to be changed.
 */
public final class Sequences {
  private final PassageCutter cutter;
  private final Map<String, int[]> queries = new ConcurrentHashMap<>();
  private final Map<Text, List<int[]>> documents = new ConcurrentHashMap<>();

  /** What of a document is encoded. */
  private record Text(String title, String text) {}

  public Sequences(PassageCutter cutter) {
    this.cutter = cutter;
  }

  /** Token ids {@code [seq]}, special ones included. */
  public int[] query(String text) {
    return queries.computeIfAbsent(text, cutter::query);
  }

  /** Token ids {@code [seq]} of each passage, special ones included; at least one passage. */
  public List<int[]> passages(CorpusDocument document) {
    return documents.computeIfAbsent(
        new Text(document.title(), document.text()),
        text -> cutter.cut(text.title(), text.text()).stream().map(Passage::tokens).toList());
  }

  /**
   * The passage that stands for a document in training: the first, where the title is and where
   * most texts say what they are about.
   */
  public int[] firstPassage(CorpusDocument document) {
    return passages(document).get(0);
  }
}
