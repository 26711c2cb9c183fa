package dev.freshet.training.sampling;

import dev.freshet.model.encoder.Passage;
import dev.freshet.model.encoder.PassageCutter;
import dev.freshet.training.corpus.CorpusDocument;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The token sequences of texts as the pipeline cuts them, each text tokenized once however many
 * runs ask for it. Documents are known by their ids.
 *
 * <p>Thread-safe. Arrays are shared: not to be changed.
 */
public final class Sequences {
  private final PassageCutter cutter;
  private final Map<String, int[]> queries = new ConcurrentHashMap<>();
  private final Map<String, List<int[]>> documents = new ConcurrentHashMap<>();

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
        document.id(),
        id -> cutter.cut(document.title(), document.text()).stream().map(Passage::tokens).toList());
  }

  /**
   * The passage that stands for a document in training: the first, where the title is and where
   * most texts say what they are about.
   */
  public int[] firstPassage(CorpusDocument document) {
    return passages(document).get(0);
  }
}
