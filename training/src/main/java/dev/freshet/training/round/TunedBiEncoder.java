package dev.freshet.training.round;

import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.BertModel;
import dev.freshet.model.encoder.EncodingException;
import dev.freshet.model.encoder.Pooling;
import dev.freshet.model.encoder.UnitVectors;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.retrieval.BiEncoder;
import dev.freshet.training.sampling.Sequences;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Encodes with a model as it is at the moment, on the calling thread: for evaluation between steps.
 */
public final class TunedBiEncoder implements BiEncoder {
  /** Documents taken together, so that sequences of about equal length are many. */
  private static final int SLICE = 512;

  private final TunedModel model;
  private final Sequences sequences;
  private final Pooling pooling;

  public TunedBiEncoder(TunedModel model) {
    this.model = model;
    sequences = model.backbone().sequences();
    pooling = model.backbone().pooling();
  }

  @Override
  public int dimensions() {
    return model.backbone().config().hidden();
  }

  /**
   * @throws EncodingException when the model yields a vector that is not finite
   */
  @Override
  public float[][] encodeQueries(List<String> queries) {
    return encode(model.model(Side.QUERY), queries.stream().map(sequences::query).toList());
  }

  /**
   * @throws EncodingException when the model yields a vector that is not finite
   */
  @Override
  public void encodeDocuments(List<CorpusDocument> documents, PassageConsumer consumer) {
    for (int from = 0; from < documents.size(); from += SLICE) {
      int to = Math.min(from + SLICE, documents.size());
      List<int[]> slice = new ArrayList<>();
      for (CorpusDocument document : documents.subList(from, to)) {
        slice.addAll(sequences.passages(document));
      }
      float[][] vectors = encode(model.model(Side.DOCUMENT), slice);
      int next = 0;
      for (int i = from; i < to; i++) {
        float[][] passages = new float[sequences.passages(documents.get(i)).size()][];
        for (int passage = 0; passage < passages.length; passage++) {
          passages[passage] = vectors[next++];
        }
        consumer.accept(i, passages);
      }
    }
  }

  private float[][] encode(BertModel encoder, List<int[]> texts) {
    int[] byLength =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> texts.get(i).length))
            .mapToInt(i -> i)
            .toArray();
    float[][] sorted = encoder.embed(IntStream.of(byLength).mapToObj(texts::get).toList(), pooling);
    float[][] vectors = new float[sorted.length][];
    for (int i = 0; i < sorted.length; i++) {
      vectors[byLength[i]] = UnitVectors.normalise(sorted[i]);
    }
    return vectors;
  }
}
