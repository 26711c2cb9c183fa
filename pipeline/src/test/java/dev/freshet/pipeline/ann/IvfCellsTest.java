package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calibrations follow rows, of which a document has many. */
class IvfCellsTest {
  private static final int DIMENSIONS = 16;
  private static final int DOCUMENTS = 1_000;
  private static final int PASSAGES = 8;

  private final Random random = new Random(11);
  private final Queue<Runnable> calibrations = new ArrayDeque<>();
  private final IvfIndex index =
      new IvfIndex(
          DIMENSIONS, new IvfSettings(DOCUMENTS * PASSAGES, 384, 0.95, 1), calibrations::add);

  @BeforeEach
  void fill() {
    for (int document = 0; document < DOCUMENTS; document++) {
      index.upsert(document, vectors(PASSAGES));
    }
    assertThat(index.hasCells()).isTrue();
    assertThat(calibrations).as("measured while it was trained").isEmpty();
  }

  private float[][] vectors(int passages) {
    float[][] vectors = new float[passages][];
    for (int i = 0; i < passages; i++) {
      vectors[i] = Gaussian.vector(random, DIMENSIONS);
    }
    return vectors;
  }

  @Test
  void rowsOfDocumentsThatAreRemovedCount() {
    for (int document = 0; document < DOCUMENTS * 3 / 4; document++) {
      index.remove(document);
    }
    assertThat(index.passages()).isEqualTo(DOCUMENTS * PASSAGES / 4);
    assertThat(calibrations).hasSize(1);
  }

  @Test
  void rowsOfVersionsThatAreReplacedByShorterOnesCount() {
    for (int document = 0; document < DOCUMENTS * 3 / 4; document++) {
      index.upsert(document, vectors(1));
    }
    assertThat(calibrations).hasSize(1);
  }

  @Test
  void whatIsNotThereDoesNotCount() {
    for (int i = 0; i < DOCUMENTS * PASSAGES; i++) {
      index.remove(DOCUMENTS + i);
    }
    assertThat(calibrations).isEmpty();
  }
}
