package dev.freshet.pipeline.search;

import static dev.freshet.pipeline.search.Corpus.DIMENSIONS;
import static dev.freshet.pipeline.search.Corpus.GENERATION;
import static dev.freshet.pipeline.search.Corpus.passage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import dev.freshet.model.checkpoint.Folders;
import dev.freshet.pipeline.config.AnnConfig;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.lexical.LexicalFullException;
import dev.freshet.pipeline.store.StoreFullException;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.VectorStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Words on a disk that fills, beside a store that still has room. */
class GenerationWordsTest {
  private static final float[] EAST = {1, 0};

  /** Lucene's two buffers hold less. */
  private static final int MANY = 400;

  @TempDir private Path directory;
  private final FillableDisk disk = new FillableDisk();
  private final Random random = new Random(7);
  private VectorStore store;
  private GenerationIndex index;
  private long offset;

  @BeforeEach
  void open() {
    open(StoreSettings.defaults());
  }

  private void open(StoreSettings settings) {
    store = VectorStore.open(directory, settings);
    index = GenerationIndex.open(store, GENERATION, DIMENSIONS, Corpus::decode, disk);
  }

  @AfterEach
  void close() {
    index.close();
    store.close();
  }

  private void apply(VectorRecord record) {
    offset++;
    assertThat(index.apply(List.of(record), Map.of(0, offset), (refused, reason) -> fail(reason)))
        .containsExactly(record);
  }

  private void put(String id, String text) {
    apply(Corpus.upsert(id, offset + 1, text, List.of(passage(0, text.length(), 1, 0))));
  }

  /** 128 KiB of words that no other document has. */
  private String long128() {
    StringBuilder text = new StringBuilder();
    while (text.length() < 128 << 10) {
      text.append(Long.toString(random.nextLong() >>> 1, Character.MAX_RADIX)).append(' ');
    }
    return text.toString();
  }

  private List<String> words(String query) {
    return ids(index.search(query, 10, null));
  }

  private static List<String> ids(List<Candidate> candidates) {
    return candidates.stream().map(candidate -> candidate.document().id()).toList();
  }

  private void assertRefused() {
    assertThat(index.obstacle()).contains("is full", "No space left on device", "Free space");
    assertThatExceptionOfType(GenerationNotReadyException.class)
        .isThrownBy(() -> words("moss"))
        .withMessage(index.obstacle());
    assertThatExceptionOfType(GenerationNotReadyException.class)
        .isThrownBy(() -> index.search("moss", EAST, 1, 10, 0, null, null));
  }

  @Test
  void whileTheDiskIsFullVectorsAreSearchedAndAfterItWordsAgain() {
    put("early", "moss");
    put("gone", "moss and fern");
    assertThat(words("moss")).containsExactly("early", "gone");
    disk.isFull = true;
    for (int i = 0; i < MANY && index.obstacle() == null; i++) {
      put("long" + i, long128());
    }
    assertRefused();
    // The store goes on, and with it what is searched by vector.
    put("late", "late moss");
    apply(Corpus.delete("gone", offset + 1));
    assertThat(index.counts().documents()).isEqualTo(index.search(EAST, 1_000, null).size());
    assertThat(ids(index.search(EAST, 1_000, null))).contains("late").doesNotContain("gone");
    assertThat(index.offsets()).containsEntry(0, offset);
    assertThatExceptionOfType(LexicalFullException.class).isThrownBy(index::recover);
    assertRefused();

    disk.isFull = false;
    index.recover();
    assertThat(index.obstacle()).isNull();
    assertThat(words("moss")).containsExactlyInAnyOrder("early", "late");
    assertThat(words("fern")).isEmpty();
    put("last", "a last moss");
    assertThat(words("moss")).containsExactlyInAnyOrder("early", "late", "last");
    close();
    open();
    assertThat(words("moss")).containsExactlyInAnyOrder("early", "late", "last");
  }

  @Test
  void aSearchMayBeTheFirstToMeetIt() {
    put("early", "moss");
    for (int i = 0; i < 40; i++) {
      put("long" + i, long128());
    }
    disk.isFull = true;
    assertRefusedBySearch();
    disk.isFull = false;
    index.recover();
    assertThat(words("moss")).containsExactly("early");
  }

  /** What was written since the last search is too much for the buffer of small segments. */
  private void assertRefusedBySearch() {
    assertThat(index.obstacle()).isNull();
    assertThatExceptionOfType(GenerationNotReadyException.class)
        .isThrownBy(() -> words("moss"))
        .withMessageContaining("is full");
    assertRefused();
  }

  @Test
  void aNodeStartsOnAFullDiskAndRecoversLater() throws IOException {
    put("early", "moss");
    close();
    Folders.delete(directory.resolve("derived"));
    disk.isFull = true;
    open();
    assertRefused();
    assertThat(ids(index.search(EAST, 10, null))).containsExactly("early");
    disk.isFull = false;
    index.recover();
    assertThat(words("moss")).containsExactly("early");
  }

  /** What is ahead of all offsets has words commit at once, before the store is written. */
  @Test
  void whileTheStoreTakesNothingNothingIsWrittenForWordsEither() {
    close();
    open(new StoreSettings(1 << 20, 1 << 20, 1 << 19, Duration.ofDays(7), AnnConfig.defaults()));
    put("early", "moss");
    try {
      for (int i = 0; !isFull(); i++) {
        put("long" + i, long128());
      }
    } catch (StoreFullException e) {
      // It became full between the two.
    }
    disk.isFull = true;
    VectorRecord ahead = Corpus.delete("early", offset + 1);
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatExceptionOfType(StoreFullException.class)
          .isThrownBy(
              () -> index.apply(List.of(ahead), Map.of(), (refused, reason) -> fail(reason)))
          .withMessageContaining("store.maxBytes");
      assertThat(index.obstacle()).isNull();
    }
    disk.isFull = false;
    assertThat(words("moss")).containsExactly("early");
  }

  private boolean isFull() {
    try {
      store.requireRoom();
      return false;
    } catch (StoreFullException e) {
      return true;
    }
  }

  @Test
  void whereNothingIsWrongThereIsNothingToRecover() {
    put("early", "moss");
    index.recover();
    assertThat(words("moss")).containsExactly("early");
    assertThat(index.obstacle()).isNull();
  }
}
