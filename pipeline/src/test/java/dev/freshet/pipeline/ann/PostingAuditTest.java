package dev.freshet.pipeline.ann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PostingAuditTest {
  private static final int DIMENSIONS = 24;
  private static final int DOCUMENTS = 300;
  private static final IvfSettings SETTINGS = new IvfSettings(100, 32, 1, 1);

  private final Random random = new Random(8);
  private final IvfIndex index = new IvfIndex(DIMENSIONS, SETTINGS, Runnable::run);

  private float[][] vectors() {
    float[][] vectors = new float[1 + random.nextInt(3)][];
    Arrays.setAll(vectors, i -> Gaussian.vector(random, DIMENSIONS));
    return vectors;
  }

  private List<byte[]> filled() {
    for (int document = 0; document < DOCUMENTS; document++) {
      index.upsert(document, vectors());
    }
    return index.snapshot(ordinal -> ordinal + 1);
  }

  @Test
  void tellsAPostingFromThatOfOtherVectors() {
    PostingAudit audit = new PostingAudit(DIMENSIONS, filled());
    for (int i = 0; i < 50; i++) {
      float[][] vectors = vectors();
      byte[] posting = index.encode(vectors);
      assertThat(audit.fault(vectors, posting)).isNull();
      assertThat(audit.fault(new float[4][DIMENSIONS], posting))
          .isEqualTo("is of %d passages, the document has 4".formatted(vectors.length));
      assertThat(audit.fault(vectors, Arrays.copyOf(posting, 5)))
          .isEqualTo("cannot be read: 5 bytes are no postings of 68 bytes each");
      float[][] other = vectors.clone();
      other[0] = vectors[0].clone();
      other[0][0] += 0.5f;
      assertThat(audit.fault(other, posting)).isEqualTo("is not that of its vectors (passage 0)");
      byte[] altered = posting.clone();
      altered[altered.length - 1] += 1;
      assertThat(audit.fault(vectors, altered)).startsWith("is not that of its vectors");
    }
  }

  @Test
  void refusesCellsThatAreNotWhole() {
    List<byte[]> parts = filled();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PostingAudit(DIMENSIONS + 1, parts))
        .withMessageContaining("with 24 dimensions");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PostingAudit(DIMENSIONS, parts.subList(0, 1)))
        .withMessage("there are no cells");
    byte[] head = parts.get(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PostingAudit(DIMENSIONS, List.of(Arrays.copyOf(head, 3))))
        .withMessageContaining("3 bytes are no head of cells");
    byte[] cells = parts.get(1);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new PostingAudit(DIMENSIONS, List.of(head, Arrays.copyOf(cells, cells.length - 1))))
        .withMessageContaining("cut off");
  }
}
