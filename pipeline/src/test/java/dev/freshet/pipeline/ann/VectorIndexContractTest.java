package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What every {@link VectorIndex} does, held against a list of all vectors. */
abstract class VectorIndexContractTest {
  /** An empty index. */
  abstract VectorIndex index(int dimensions);

  /** By how much scores of vectors of norm 1 may be off. */
  Offset<Float> rounding() {
    return Offset.offset(1e-5f);
  }

  @Test
  void anEmptyIndexAnswersNothing() {
    VectorIndex index = index(3);
    assertThat(index.search(new float[] {1, 0, 0}, 5, document -> true)).isEmpty();
    assertThat(index.documents()).isZero();
    assertThat(index.passages()).isZero();
  }

  @Test
  void answersLikeTheOracleAfterRandomOperations() {
    for (int dimensions : new int[] {1, 7, 16, 33, 96}) {
      Random random = new Random(dimensions);
      VectorIndex index = index(dimensions);
      Map<Integer, float[][]> oracle = new TreeMap<>();
      for (int step = 0; step < 4_000; step++) {
        change(random, dimensions, index, oracle);
        if (step % 100 == 0) {
          compare(random, dimensions, index, oracle);
        }
      }
      compare(random, dimensions, index, oracle);
    }
  }

  @Test
  void answersEachDocumentOnceByItsBestPassage() {
    VectorIndex index = index(2);
    index.upsert(0, new float[][] {{0.1f, 0}, {0.9f, 0}, {0.5f, 0}});
    index.upsert(1, new float[][] {{0.8f, 0}, {0.2f, 0}});
    assertThat(index.search(new float[] {1, 0}, 5, document -> true))
        .containsExactly(new ScoredPassage(0, 1, 0.9f), new ScoredPassage(1, 0, 0.8f));
    assertThat(index.documents()).isEqualTo(2);
    assertThat(index.passages()).isEqualTo(5);
  }

  @Test
  void equalScoresGoByOrdinalAndPassage() {
    VectorIndex index = index(2);
    for (int document : new int[] {5, 3, 9, 1, 7}) {
      index.upsert(document, new float[][] {{0, 1}, {0, 1}});
    }
    assertThat(index.search(new float[] {1, 0}, 3, document -> true))
        .containsExactly(
            new ScoredPassage(1, 0, 0), new ScoredPassage(3, 0, 0), new ScoredPassage(5, 0, 0));
    assertThat(index.search(new float[] {-1, 1}, 2, document -> true))
        .containsExactly(new ScoredPassage(1, 0, 1), new ScoredPassage(3, 0, 1));
  }

  @Test
  void aReplacedDocumentHasOnlyItsNewPassages() {
    VectorIndex index = index(2);
    index.upsert(4, new float[][] {{1, 0}, {0, 1}});
    index.upsert(4, new float[][] {{0.5f, 0}});
    assertThat(index.search(new float[] {1, 0}, 5, document -> true))
        .containsExactly(new ScoredPassage(4, 0, 0.5f));
    assertThat(index.passages()).isEqualTo(1);
  }

  @Test
  void aRemovedDocumentIsGoneAndMayComeBack() {
    VectorIndex index = index(2);
    index.upsert(4, new float[][] {{1, 0}});
    index.remove(4);
    index.remove(4);
    index.remove(1_000_000);
    assertThat(index.search(new float[] {1, 0}, 5, document -> true)).isEmpty();
    assertThat(index.documents()).isZero();
    index.upsert(4, new float[][] {{0, 1}});
    assertThat(index.search(new float[] {0, 1}, 5, document -> true))
        .containsExactly(new ScoredPassage(4, 0, 1));
  }

  @Test
  void kMayExceedTheCollection() {
    VectorIndex index = index(1);
    index.upsert(0, new float[][] {{1}});
    assertThat(index.search(new float[] {1}, Integer.MAX_VALUE, document -> true)).hasSize(1);
  }

  @Test
  void onlyAcceptedDocumentsAreAnswered() {
    VectorIndex index = index(1);
    for (int document = 0; document < 500; document++) {
      index.upsert(document, new float[][] {{document}});
    }
    assertThat(index.search(new float[] {1}, 3, document -> document % 100 == 7))
        .extracting(ScoredPassage::document)
        .containsExactly(407, 307, 207);
    assertThat(index.search(new float[] {1}, 3, document -> false)).isEmpty();
  }

  @Test
  void refusesWhatItCannotSearch() {
    VectorIndex index = index(2);
    float[] query = {1, 0};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.search(query, 0, document -> true))
        .withMessageContaining("k is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.search(new float[] {Float.NaN, 0}, 1, document -> true))
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.search(new float[3], 1, document -> true))
        .withMessageContaining("3 dimensions, the index has 2");
  }

  @Test
  void refusesWhatItCannotHoldAndStaysAsItWas() {
    VectorIndex index = index(2);
    index.upsert(0, new float[][] {{1, 0}});
    assertThatIllegalArgumentException().isThrownBy(() -> index.upsert(-1, new float[1][2]));
    assertThatIllegalArgumentException().isThrownBy(() -> index.upsert(0, new float[0][]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.upsert(0, new float[][] {{0, 1}, {1}}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.upsert(0, new float[][] {{0, Float.POSITIVE_INFINITY}}));
    assertThat(index.search(new float[] {1, 0}, 5, document -> true))
        .containsExactly(new ScoredPassage(0, 0, 1));
  }

  @Test
  void memoryStaysBoundedWhileDocumentsAreReplaced() {
    VectorIndex index = index(8);
    Random random = new Random(5);
    for (int document = 0; document < 1_000; document++) {
      index.upsert(document, randomPassages(random, 8));
    }
    long filled = index.memoryBytes();
    for (int i = 0; i < 50_000; i++) {
      index.upsert(random.nextInt(1_000), randomPassages(random, 8));
    }
    assertThat(index.memoryBytes()).isLessThan(3 * filled);
    for (int i = 0; i < 50_000; i++) {
      index.remove(1_000);
      index.upsert(1_000, randomPassages(random, 8));
    }
    assertThat(index.memoryBytes()).isLessThan(3 * filled);
  }

  private void change(
      Random random, int dimensions, VectorIndex index, Map<Integer, float[][]> oracle) {
    int document = random.nextInt(600);
    if (random.nextInt(4) == 0) {
      index.remove(document);
      oracle.remove(document);
    } else {
      float[][] passages = randomPassages(random, dimensions);
      index.upsert(document, passages);
      oracle.put(document, passages);
    }
  }

  private void compare(
      Random random, int dimensions, VectorIndex index, Map<Integer, float[][]> oracle) {
    float[] query = randomVector(random, dimensions);
    int k = 1 + random.nextInt(40);
    int modulus = 1 + random.nextInt(5);
    IntPredicate accept = document -> document % modulus == 0;
    List<ScoredPassage> expected = bruteForce(oracle, query, k, accept);
    List<ScoredPassage> actual = index.search(query, k, accept);
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      ScoredPassage hit = actual.get(i);
      assertThat(hit.score()).isCloseTo(expected.get(i).score(), rounding());
      float[] vector = Objects.requireNonNull(oracle.get(hit.document()))[hit.passage()];
      assertThat(hit.score()).isCloseTo(dot(query, vector), rounding());
      assertThat(accept.test(hit.document())).isTrue();
    }
    assertThat(actual).extracting(ScoredPassage::document).doesNotHaveDuplicates();
    assertThat(index.documents()).isEqualTo(oracle.size());
    assertThat(index.passages())
        .isEqualTo(oracle.values().stream().mapToLong(passages -> passages.length).sum());
  }

  private static List<ScoredPassage> bruteForce(
      Map<Integer, float[][]> oracle, float[] query, int k, IntPredicate accept) {
    List<ScoredPassage> best = new ArrayList<>();
    oracle.forEach(
        (document, passages) -> {
          if (accept.test(document)) {
            ScoredPassage top = new ScoredPassage(document, 0, dot(query, passages[0]));
            for (int i = 1; i < passages.length; i++) {
              float score = dot(query, passages[i]);
              top = score > top.score() ? new ScoredPassage(document, i, score) : top;
            }
            best.add(top);
          }
        });
    best.sort(Comparator.comparing(ScoredPassage::score).reversed());
    return best.subList(0, Math.min(k, best.size()));
  }

  private static float dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return (float) sum;
  }

  private static float[][] randomPassages(Random random, int dimensions) {
    float[][] passages = new float[1 + random.nextInt(5)][];
    for (int i = 0; i < passages.length; i++) {
      passages[i] = randomVector(random, dimensions);
    }
    return passages;
  }

  private static float[] randomVector(Random random, int dimensions) {
    float[] vector = new float[dimensions];
    double norm = 0;
    for (int d = 0; d < dimensions; d++) {
      vector[d] = (float) random.nextGaussian();
      norm += vector[d] * vector[d];
    }
    for (int d = 0; d < dimensions; d++) {
      vector[d] /= (float) Math.sqrt(norm);
    }
    return vector;
  }
}
