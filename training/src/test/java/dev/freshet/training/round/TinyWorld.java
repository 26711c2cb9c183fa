package dev.freshet.training.round;

import dev.freshet.model.encoder.BackboneShape;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.encoder.SeededBackbone;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusQuery;
import dev.freshet.training.corpus.Judgement;
import dev.freshet.training.sampling.TrainingExample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A backbone of two narrow layers, and documents that share no word with the queries which they
 * answer: what is found was learnt.
 */
public final class TinyWorld {
  private TinyWorld() {}

  /** Opens a backbone that is written into the folder. */
  public static Backbone backbone(Path folder) {
    SeededBackbone.write(folder, new BackboneShape(2, 16, 4, 24, 32), 3, null);
    return Backbone.open(folder, EncoderSettings.defaults());
  }

  /** As many queries as documents; query i is answered by document i. */
  public static CorpusCollection collection(int size) {
    Random random = new Random(5);
    List<CorpusDocument> documents = new ArrayList<>();
    List<CorpusQuery> queries = new ArrayList<>();
    List<Judgement> judgements = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      String text = word(random) + " " + word(random) + " " + word(random);
      documents.add(new CorpusDocument("d" + i, "", text, Map.of()));
      queries.add(new CorpusQuery("q" + i, word(random) + " " + word(random), null));
      judgements.add(new Judgement("q" + i, "d" + i, 1));
    }
    return new CorpusCollection(documents, queries, judgements);
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      word.append((char) ('a' + random.nextInt(26)));
    }
    return word.toString();
  }

  /** An example for each query, without hard negatives. */
  public static List<TrainingExample> examples(CorpusCollection collection) {
    List<TrainingExample> examples = new ArrayList<>();
    for (int i = 0; i < collection.queries().size(); i++) {
      examples.add(
          new TrainingExample(
              collection.queries().get(i), collection.documents().get(i), List.of(), 1));
    }
    return examples;
  }
}
