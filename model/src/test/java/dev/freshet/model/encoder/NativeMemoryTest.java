package dev.freshet.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.model.NativeMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeMemoryTest {
  private static final int CALLS = 2_500;

  /**
   * One array of token states left behind by every call is 60 MB over all calls; compiled code and
   * the allocator's arenas move by less than 10.
   */
  private static final long LIMIT_KIB = 20_000;

  @Test
  void doesNotGrowOverThousandsOfCalls(@TempDir Path folder) throws IOException {
    NativeMemory.assumeKnown();
    SeededBackbone.write(folder, new BackboneShape(1, 64, 2, 16, 64), 4, null);
    Random random = new Random(9);
    try (BertModel model = GoldenTest.open(folder);
        TextTokenizer tokenizer = new TextTokenizer(folder.resolve("tokenizer.json"))) {
      run(model, tokenizer, random, CALLS / 2);
      int arrays = model.ownedArrays();
      long growth =
          NativeMemory.leastGrowthKib(LIMIT_KIB, () -> run(model, tokenizer, random, CALLS));
      assertThat(model.ownedArrays()).isEqualTo(arrays);
      assertThat(growth).as("growth in KiB").isLessThan(LIMIT_KIB);
    }
  }

  private static void run(BertModel model, TextTokenizer tokenizer, Random random, int calls) {
    for (int call = 0; call < calls; call++) {
      List<int[]> batch = new ArrayList<>();
      for (int row = 0; row < 4; row++) {
        batch.add(random.ints(12 + random.nextInt(12), 5, 5000).toArray());
      }
      batch.add(tokenizer.tokenize("some words to cut into pieces").ids());
      model.embed(batch, call % 2 == 0 ? Pooling.MEAN : Pooling.CLS);
    }
  }
}
