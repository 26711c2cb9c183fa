package dev.freshet.pipeline.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.pipeline.ann.IvfIndex;
import dev.freshet.pipeline.ann.IvfRestore;
import dev.freshet.pipeline.ann.IvfSettings;
import dev.freshet.pipeline.store.StoreDamagedException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PostingLoadTest {
  private static final int DIMENSIONS = 32;
  private static final int DOCUMENTS = 5_000;
  private static final int GENERATION = 4;
  private static final IvfSettings SETTINGS = new IvfSettings(500, 64, 0.95, 1);

  private final float[][] vectors = vectors();
  private final IvfIndex index = new IvfIndex(DIMENSIONS, SETTINGS, Runnable::run);

  PostingLoadTest() {
    for (int document = 0; document < DOCUMENTS; document++) {
      index.upsert(document, new float[][] {vectors[document]});
    }
  }

  @Test
  void putsInWhatIsReadMeanwhile() {
    IvfRestore restore = restore();
    try (PostingLoad load = new PostingLoad(restore, GENERATION)) {
      for (int document = 0; document < DOCUMENTS; document++) {
        load.add(document, name(document), posting(document), "d" + document);
      }
      load.finish();
    }
    IvfIndex restored = restore.finish();
    assertThat(restored.documents()).isEqualTo(DOCUMENTS);
    for (int document = 0; document < DOCUMENTS; document += 97) {
      assertThat(restored.search(vectors[document], 10, 1))
          .isEqualTo(index.search(vectors[document], 10, 1));
    }
  }

  @Test
  void aPostingThatCannotBeReadEndsIt() {
    try (PostingLoad load = new PostingLoad(restore(), GENERATION)) {
      assertThatThrownBy(
              () -> {
                for (int document = 0; document < DOCUMENTS; document++) {
                  byte[] posting = document == 10 ? new byte[3] : posting(document);
                  load.add(document, name(document), posting, "d" + document);
                }
              })
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("document d10 of generation 4")
          .hasMessageContaining("3 bytes");
    }
  }

  @Test
  void theLastBatchIsNoExceptionToThat() {
    try (PostingLoad load = new PostingLoad(restore(), GENERATION)) {
      load.add(0, name(0), new byte[3], "d0");
      assertThatThrownBy(load::finish).isInstanceOf(StoreDamagedException.class);
    }
  }

  private IvfRestore restore() {
    return new IvfRestore(
        DIMENSIONS, SETTINGS, index.snapshot(PostingLoadTest::name), Runnable::run);
  }

  private byte[] posting(int document) {
    return index.encode(new float[][] {vectors[document]});
  }

  private static long name(int document) {
    return 0x9e37_79b9_7f4a_7c15L * (document + 1);
  }

  private static float[][] vectors() {
    Random random = new Random(2);
    float[][] vectors = new float[DOCUMENTS][DIMENSIONS];
    for (float[] vector : vectors) {
      for (int d = 0; d < DIMENSIONS; d++) {
        vector[d] = (float) random.nextGaussian();
      }
    }
    return vectors;
  }
}
