package dev.freshet.pipeline.replica;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.store.StoreSnapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotArchiveTest {
  private static final SnapshotManifest MANIFEST =
      new SnapshotManifest(
          1,
          new Lineage(2, "0-1", new TreeMap<>(Map.of(1, new Lineage.Vectors("f", "m", "t", "i")))),
          List.of(new StoreSnapshot.File("CURRENT", 5), new StoreSnapshot.File("000011.log", 0)));

  @TempDir private Path folder;

  private byte[] written() throws IOException {
    Files.writeString(folder.resolve("CURRENT"), "MANI\n");
    Files.writeString(folder.resolve("000011.log"), "");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotArchive.write(MANIFEST, folder, out);
    return out.toByteArray();
  }

  /** Nodes of other builds read it, too. */
  @Test
  void itsBytesStayAsTheyAre() throws IOException {
    assertThat(written()).isEqualTo(golden());
  }

  @Test
  void theGoldenFileIsRead() throws IOException {
    Path to = Files.createDirectories(folder.resolve("to"));
    List<SnapshotManifest> seen = new ArrayList<>();
    List<Long> progress = new ArrayList<>();
    SnapshotArchive.read(new ByteArrayInputStream(golden()), to, seen::add, progress::add);
    assertThat(seen).containsExactly(MANIFEST);
    assertThat(progress).containsExactly(5L);
    assertThat(to.resolve("CURRENT")).hasContent("MANI\n");
    assertThat(to.resolve("000011.log")).isEmptyFile();
  }

  private static byte[] golden() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(SnapshotArchiveTest.class.getResourceAsStream("snapshot-v1.hex"))) {
      String hex = new String(in.readAllBytes(), US_ASCII);
      return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }
  }
}
