package dev.freshet.pipeline.store;

import static dev.freshet.pipeline.store.Records.DIMENSIONS;
import static dev.freshet.pipeline.store.Records.DOCUMENTS;
import static dev.freshet.pipeline.store.Records.delete;
import static dev.freshet.pipeline.store.Records.fill;
import static dev.freshet.pipeline.store.Records.upsert;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.freshet.pipeline.event.VectorRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** Real damage to real files: a store either goes on where it was, or says what is wrong. */
class StoreDamageTest {
  private static final StoreSettings SETTINGS = StoreSettings.defaults();
  private static final PostingCheck.Factory NO_POSTINGS =
      (dimensions, parts) -> (vectors, posting) -> null;

  @TempDir private Path directory;

  /** Two generations in files. */
  private void write() {
    try (VectorStore store = VectorStore.open(directory, SETTINGS)) {
      fill(store, 1);
      fill(store, 2);
    }
    StoreFiles.flush(directory, SETTINGS);
  }

  private StoreReport verify() {
    return new StoreVerifier(directory, NO_POSTINGS).verify();
  }

  @Test
  void aDamagedBlockIsToldByItsFileAndNeverAnswered() throws Exception {
    write();
    assertThat(verify().isSound()).isTrue();
    Path file = StoreFiles.of(directory, "vectors.2");
    StoreFiles.flip(file, 100);
    StoreReport report = verify();
    assertThat(report.faults()).isEmpty();
    assertThat(report.generations())
        .extracting(StoreReport.Generation::isSound)
        .containsExactly(true, false);
    assertThat(report.generations().get(1).faults())
        .hasSize(1)
        .first()
        .asString()
        .contains(file.toString(), "checksum mismatch");
    try (VectorStore store = VectorStore.open(directory, SETTINGS)) {
      assertThat(store.damage(2)).isEmpty();
      assertThatExceptionOfType(StoreDamagedException.class)
          .isThrownBy(() -> store.vectors(2, "d0"))
          .withMessageContaining(file.getFileName().toString())
          .withMessageContaining("freshet store verify");
      assertThat(store.damage(2)).hasValueSatisfying(it -> assertThat(it).contains("is damaged"));
      assertThat(store.damage(1)).isEmpty();
      List<String> scanned = new ArrayList<>();
      assertThatExceptionOfType(StoreDamagedException.class)
          .isThrownBy(() -> store.scan(2, each -> scanned.add(each.document().id())))
          .withMessageContaining(file.getFileName().toString());
      assertThat(scanned.size()).isLessThan(DOCUMENTS);
      assertThat(store.damage(1)).isEmpty();
    }
    // Dropping it reads none of it; the other one is as it was.
    try (VectorStore store = VectorStore.openForRepair(directory, SETTINGS)) {
      store.dropGeneration(2);
    }
    try (VectorStore store = VectorStore.open(directory, SETTINGS)) {
      fill(store, 2);
      List<String> whole = new ArrayList<>();
      store.scan(1, each -> whole.add(each.document().id()));
      assertThat(whole).hasSize(DOCUMENTS - 1);
      assertThat(store.vectors(2, "d0")).isPresent();
    }
    assertThat(verify().isSound()).isTrue();
  }

  /** What is built is held against what is served: the served one is sound all the same. */
  @Test
  void damageOfOneGenerationThatAnotherIsComparedWithIsNotTheOthers() throws Exception {
    write();
    StoreFiles.flip(StoreFiles.of(directory, "documents.2"), 100);
    try (VectorStore store = VectorStore.open(directory, SETTINGS)) {
      assertThatExceptionOfType(StoreDamagedException.class).isThrownBy(() -> store.idsAhead(1, 2));
      assertThat(store.damage(2)).isPresent();
      assertThatExceptionOfType(StoreDamagedException.class).isThrownBy(() -> store.idsAhead(1, 2));
      assertThat(store.damage(1)).isEmpty();
    }
  }

  @Test
  void aFileThatIsGoneOrShortIsToldByItsNameAndTheStoreIsMadeAnew(@TempDir Path other)
      throws Exception {
    write();
    StoreFiles.copy(directory, other.resolve("short"));
    Path gone = StoreFiles.of(directory, "documents.1");
    Files.delete(gone);
    assertUnusable(directory, gone.getFileName().toString());
    Path cut = other.resolve("short").resolve(gone.getFileName());
    StoreFiles.truncate(cut, Files.size(cut) - 1);
    assertUnusable(other.resolve("short"), cut.getFileName().toString());
    Path nameless = other.resolve("nameless");
    StoreFiles.copy(directory, nameless);
    Files.delete(nameless.resolve("CURRENT"));
    assertUnusable(nameless, "CURRENT");

    assertThat(StoreDirectory.hasStore(directory)).isTrue();
    StoreDirectory.delete(directory);
    assertThat(StoreDirectory.hasStore(directory)).isFalse();
    try (VectorStore store = VectorStore.open(directory, SETTINGS)) {
      assertThat(store.generations()).isEmpty();
      fill(store, 1);
    }
    assertThat(verify().isSound()).isTrue();
  }

  private static void assertUnusable(Path store, String file) {
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(StoreDamagedException.class)
          .isThrownBy(() -> VectorStore.open(store, SETTINGS))
          .withMessageContaining(file)
          .withMessageContaining("freshet store rebuild");
      assertThatExceptionOfType(StoreDamagedException.class)
          .isThrownBy(() -> new StoreVerifier(store, NO_POSTINGS).verify())
          .withMessageContaining(file);
    }
  }

  /**
   * As a crash leaves it, or a power failure, which may take all of the log and none of what
   * RocksDB says of its column families: the last writes are gone, each with its offset.
   */
  @Test
  void aLogThatIsCutOffOrDamagedEndsAtAnOffset(@TempDir Path other) throws Exception {
    try (VectorStore store = VectorStore.open(directory, SETTINGS)) {
      store.createGeneration(1, DIMENSIONS);
      for (long i = 0; i < 200; i++) {
        VectorRecord record =
            i % 5 == 4 ? delete(1, "d" + (i - 4), i) : upsert(1, "d" + i, i, 1 + (int) i % 3);
        store.apply(1, List.of(record), Map.of(0, i + 1));
      }
    }
    Random random = new Random(41);
    long longest = 0;
    for (int i = 0; i < 12; i++) {
      Path copy = other.resolve("copy" + i);
      StoreFiles.copy(directory, copy);
      Path log = StoreFiles.log(copy);
      long at = i < 2 ? 0 : random.nextInt((int) Files.size(log));
      if (i % 2 == 0) {
        StoreFiles.truncate(log, at);
      } else {
        StoreFiles.flip(log, at);
      }
      long next = assertIsAReplay(copy);
      assertThat(next).as("cut or damaged at %d", at).isBetween(0L, at == 0 ? 0L : 199L);
      longest = Math.max(longest, next);
    }
    assertThat(longest).isBetween(50L, 199L);
  }

  /** That the store holds what the writes before its offset leave; tells the offset. */
  private static long assertIsAReplay(Path store) {
    assertThat(new StoreVerifier(store, NO_POSTINGS).verify().isSound()).isTrue();
    try (VectorStore open = VectorStore.open(store, SETTINGS)) {
      open.createGeneration(1, DIMENSIONS);
      long next = open.offsets(1).getOrDefault(0, 0L);
      for (long i = 0; i < 200; i++) {
        boolean isThere = i < next && i % 5 != 4 && (i % 5 != 0 || next < i + 5);
        assertThat(open.document(1, "d" + i).isPresent())
            .as("d%d of %d", i, next)
            .isEqualTo(isThere);
      }
      return next;
    }
  }

  @Test
  void whatDoesNotAgreeIsFound() throws Exception {
    try (VectorStore store = VectorStore.open(directory, SETTINGS)) {
      fill(store, 1);
      store.indexStorage(1).derive((document, vectors) -> new byte[] {(byte) vectors.length});
      store.indexStorage(1).putParts(List.of(new byte[] {1}));
    }
    PostingCheck.Factory counting =
        (dimensions, parts) ->
            (vectors, posting) ->
                posting[0] == vectors.length ? null : "says " + posting[0] + " passages";
    assertThat(new StoreVerifier(directory, counting).verify().isSound()).isTrue();
    try (RocksResources rocks = RocksResources.open(directory, SETTINGS)) {
      put(rocks, "documents.1", "d1", withPosting(rocks, "d1", new byte[] {9}));
      put(rocks, "documents.1", "d2", withPosting(rocks, "d2", new byte[0]));
      put(rocks, "vectors.1", "nobody", new byte[10]);
      put(rocks, "vectors.1", "d7", new byte[10]);
      rocks.db().delete(rocks.family("vectors.1"), "d3".getBytes(UTF_8));
      put(rocks, "vectors.1", "d4", new byte[5]);
      put(rocks, "documents.1", "d5", new byte[7]);
      put(rocks, "documents.1", "d6", cutInItsPosting(rocks, "d6"));
      rocks.db().delete(MetaKeys.offset(1, 0));
    }
    StoreReport.Generation found =
        new StoreVerifier(directory, counting).verify().generations().get(0);
    assertThat(found.isSound()).isFalse();
    assertThat(found.faults())
        .contains(
            "the posting of document d1 says 9 passages",
            "the posting of document d2 is missing",
            "document d3 has no vectors",
            "document d4 has 5 bytes of vectors, 2 passages of 3 dimensions have 20",
            "document d7 is deleted and has vectors",
            "document d5: its 7 bytes are no header of 24",
            "document d6: its 36 bytes do not hold a posting of 1",
            "it holds documents, and no offset to go on from")
        .anyMatch(fault -> fault.startsWith("it holds 1997 documents"));
    // The vectors of nobody are the fourth fault of its kind, and three are shown.
    assertThat(found.faultCount()).isEqualTo(found.faults().size() + 1);
  }

  private static byte[] document(RocksResources rocks, String id) throws RocksDBException {
    return rocks.db().get(rocks.family("documents.1"), id.getBytes(UTF_8));
  }

  private static byte[] withPosting(RocksResources rocks, String id, byte[] posting)
      throws RocksDBException {
    return DocumentFormat.encode(DocumentFormat.decode(id, document(rocks, id)), posting);
  }

  /** Header, one range, and the length of a posting that is not there. */
  private static byte[] cutInItsPosting(RocksResources rocks, String id) throws RocksDBException {
    return Arrays.copyOf(document(rocks, id), DocumentFormat.HEADER + 12);
  }

  private static void put(RocksResources rocks, String family, String id, byte[] value)
      throws RocksDBException {
    rocks.db().put(rocks.family(family), id.getBytes(UTF_8), value);
  }

  @Test
  void verifyingChangesNothing() throws IOException {
    write();
    Map<String, Long> before = modified();
    verify();
    verify();
    assertThat(modified()).isEqualTo(before);
  }

  private Map<String, Long> modified() throws IOException {
    try (var files = Files.list(directory)) {
      Map<String, Long> times = new TreeMap<>();
      for (Path file : files.toList()) {
        // RocksDB writes a log of its own for people.
        if (!file.getFileName().toString().startsWith("LOG")) {
          times.put(file.getFileName().toString(), Files.getLastModifiedTime(file).toMillis());
        }
      }
      return times;
    }
  }
}
