package dev.freshet.training.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncodingException;
import dev.freshet.model.encoder.Passage;
import dev.freshet.model.encoder.Priority;
import dev.freshet.training.corpus.CorpusDocument;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QueuedBiEncoderTest {
  /** A passage is a line, a token its number; the vector of a sequence is its token. */
  private static final class LineEncoder implements Encoder {
    private static final int UNUSABLE = 666;

    /** Queries whose vectors nobody has asked for yet: they are computed when joined. */
    private final Deque<CompletableFuture<float[]>> waiting = new ArrayDeque<>();

    private int mostWaiting;

    @Override
    public int dimensions() {
      return 1;
    }

    @Override
    public String description() {
      return "lines";
    }

    @Override
    public String fingerprint() {
      return "0";
    }

    @Override
    public List<Passage> cut(String title, String text) {
      return text.lines().map(line -> new Passage(0, 1, tokenizeQuery(title + line))).toList();
    }

    @Override
    public int[] tokenizeQuery(String query) {
      return new int[] {Integer.parseInt(query)};
    }

    @Override
    public CompletableFuture<float[]> encode(int[] tokens, Priority priority) {
      assertThat(priority).isEqualTo(Priority.BUILDING);
      if (tokens[0] == UNUSABLE) {
        return CompletableFuture.failedFuture(new EncodingException("not finite"));
      }
      CompletableFuture<float[]> vector =
          new CompletableFuture<>() {
            @Override
            public float[] join() {
              complete(new float[] {tokens[0]});
              waiting.remove(this);
              return super.join();
            }
          };
      waiting.add(vector);
      mostWaiting = Math.max(mostWaiting, waiting.size());
      return vector;
    }

    @Override
    public CompletableFuture<float[][]> encodeAll(List<int[]> sequences, Priority priority) {
      return CompletableFuture.completedFuture(
          sequences.stream().map(tokens -> new float[] {tokens[0]}).toArray(float[][]::new));
    }

    @Override
    public void close() {}
  }

  private final LineEncoder encoder = new LineEncoder();
  private final BiEncoder biEncoder = new QueuedBiEncoder(encoder, encoder);

  @Test
  void everyDocumentHasItsPassages() {
    List<CorpusDocument> documents =
        IntStream.range(0, 1_300)
            .mapToObj(i -> new CorpusDocument("d" + i, "", i + "\n7", Map.of()))
            .toList();
    List<Integer> seen = new ArrayList<>();
    biEncoder.encodeDocuments(
        documents,
        (document, passages) -> {
          assertThat(passages).isDeepEqualTo(new float[][] {{document}, {7}});
          seen.add(document);
        });
    assertThat(seen).isEqualTo(IntStream.range(0, 1_300).boxed().toList());
  }

  @Test
  void theTitleGoesWithTheText() {
    biEncoder.encodeDocuments(
        List.of(new CorpusDocument("d", "4", "2", Map.of())),
        (document, passages) -> assertThat(passages).isDeepEqualTo(new float[][] {{42}}));
  }

  @Test
  void aBoundedNumberOfQueriesWaits() {
    float[][] vectors =
        biEncoder.encodeQueries(IntStream.range(1_000, 3_000).mapToObj(Integer::toString).toList());
    assertThat(vectors).hasNumberOfRows(2_000);
    for (int i = 0; i < vectors.length; i++) {
      assertThat(vectors[i]).containsExactly(1_000 + i);
    }
    assertThat(encoder.mostWaiting).isEqualTo(512);
  }

  @Test
  void namesWhatCannotBeEncoded() {
    assertThatThrownBy(() -> biEncoder.encodeQueries(List.of("1", "666")))
        .isInstanceOf(EncodingException.class)
        .hasMessage("cannot encode query '666': not finite");
  }
}
