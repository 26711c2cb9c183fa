package dev.freshet.pipeline.replica;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.freshet.model.checkpoint.Folders;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.InvalidConfigException;
import dev.freshet.pipeline.event.PassageVector;
import dev.freshet.pipeline.event.Position;
import dev.freshet.pipeline.event.VectorRecord;
import dev.freshet.pipeline.http.HttpServer;
import dev.freshet.pipeline.store.StoreSettings;
import dev.freshet.pipeline.store.StoreSnapshot;
import dev.freshet.pipeline.store.VectorStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real store behind a real server, fetched over real connections, good and bad ones. */
class ReplicaSourceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration SILENCE = Duration.ofMillis(300);
  private static final int DIMENSIONS = 16;
  private static final int DOCUMENTS = 200;

  private static final Lineage LINEAGE = lineage(StoreSnapshot.FORMAT, "0-1", "aaaa", "topic-1");

  @TempDir private Path folder;
  private Path target;
  private VectorStore store;
  private HttpServer server;
  private final AtomicReference<Lineage> lineage = new AtomicReference<>(LINEAGE);
  private final AtomicReference<Optional<String>> obstacle =
      new AtomicReference<>(Optional.empty());

  private static Lineage lineage(int format, String partitions, String model, String topicId) {
    return new Lineage(
        format,
        partitions,
        new TreeMap<>(
            Map.of(1, new Lineage.Vectors(model, "model " + model, "test.vectors.1", topicId))));
  }

  @BeforeEach
  void start() {
    target = folder.resolve("replica").resolve("store");
    store = VectorStore.open(folder.resolve("store"), StoreSettings.defaults());
    store.createGeneration(1, DIMENSIONS);
    write(0, DOCUMENTS, DIMENSIONS, 1);
    server = serve(Map.of());
  }

  private HttpServer serve(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("serve.port", "0");
    return HttpServer.start(
        ConfigLoader.load(null, Map.of(), all).serve(),
        new SimpleMeterRegistry(),
        List.of(new SnapshotResource(store, lineage::get, obstacle::get)));
  }

  @AfterEach
  void stop() {
    server.close();
    store.close();
  }

  /** Random vectors: they do not compress. */
  private void write(int from, int documents, int dimensions, int generation) {
    Random random = new Random(from);
    List<VectorRecord> batch = new ArrayList<>();
    for (int i = from; i < from + documents; i++) {
      float[] vector = new float[dimensions];
      for (int j = 0; j < dimensions; j++) {
        vector[j] = random.nextFloat();
      }
      batch.add(
          new VectorRecord.Upsert(
              "d" + i,
              generation,
              new Position(0, i),
              i,
              "{}".getBytes(UTF_8),
              List.of(new PassageVector(0, 1, vector))));
    }
    store.apply(generation, batch, Map.of(0, (long) from + documents));
  }

  private void fill(URI node, Lineage own) {
    new ReplicaSource(node, null).fill(target, () -> own, prepared -> {});
  }

  private void assertFilled() {
    try (VectorStore filled = VectorStore.open(target, StoreSettings.defaults())) {
      assertThat(filled.counts(1)).isEqualTo(store.counts(1));
      assertThat(filled.offsets(1)).isEqualTo(store.offsets(1));
      assertThat(filled.vectors(1, "d7").orElseThrow().vectors())
          .isDeepEqualTo(store.vectors(1, "d7").orElseThrow().vectors());
    }
  }

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> left = Files.list(target.resolveSibling("."))) {
      assertThat(left).isEmpty();
    }
  }

  private byte[] snapshot() throws Exception {
    HttpResponse<byte[]> answer = get(server);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/zip");
    return answer.body();
  }

  private static HttpResponse<byte[]> get(HttpServer from) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(from.uri().resolve(SnapshotResource.PATH)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void aReplicaHasWhatTheSourceHas() throws Exception {
    List<Boolean> prepared = new ArrayList<>();
    new ReplicaSource(server.uri(), null)
        .fill(
            target,
            () -> LINEAGE,
            empty -> prepared.add(Files.isDirectory(empty) && !Files.exists(target)));
    assertThat(prepared).containsExactly(true);
    assertFilled();
    try (Stream<Path> all = Files.list(target.resolveSibling("."))) {
      assertThat(all).containsExactly(target.resolveSibling(".").resolve("store"));
    }
    assertThat(folder.resolve("store/snapshot")).doesNotExist();
  }

  @Test
  void whatWouldNotFitIsRefusedWithBothValues() throws Exception {
    Map<Lineage, String> refused =
        Map.of(
            lineage(StoreSnapshot.FORMAT + 1, "0-1", "aaaa", "topic-1"),
            "its store has format %d, and this build reads format %d"
                .formatted(StoreSnapshot.FORMAT, StoreSnapshot.FORMAT + 1),
            lineage(StoreSnapshot.FORMAT, "2", "aaaa", "topic-1"),
            "it holds the partitions 0-1 of documents, and serve.partitions is 2 here",
            lineage(StoreSnapshot.FORMAT, "0-1", "bbbb", "topic-1"),
            "another model: model aaaa (aaaa). Here it is model bbbb (bbbb)",
            lineage(StoreSnapshot.FORMAT, "0-1", "aaaa", "topic-2"),
            "test.vectors.1 with the id topic-1, and here that is test.vectors.1 with the id topic-2",
            new Lineage(StoreSnapshot.FORMAT, "0-1", new TreeMap<>()),
            "it holds generation 1, and the generations here are []");
    byte[] whole = snapshot();
    try (FakeNode node = new FakeNode(whole, whole.length, Ending.CLEAN)) {
      for (Map.Entry<Lineage, String> each : refused.entrySet()) {
        assertThatThrownBy(() -> fill(node.uri(), each.getKey()))
            .isInstanceOf(InvalidConfigException.class)
            .hasMessageContaining("the store of " + node.uri() + " cannot be this node's")
            .hasMessageContaining(each.getValue());
        assertNothingIsLeft();
      }
      fill(node.uri(), LINEAGE);
    }
    assertFilled();
  }

  @Test
  void aStreamThatIsCutOffIsNoSnapshotWhereverItEnds() throws Exception {
    byte[] whole = snapshot();
    int last = lastByteThatMatters(whole);
    for (int length = 0; length < whole.length; length += 1 + whole.length / 30) {
      byte[] part = Arrays.copyOf(whole, length);
      List<Ending> endings =
          length <= last ? List.of(Ending.CLEAN, Ending.BROKEN) : List.of(Ending.BROKEN);
      for (Ending ending : endings) {
        try (FakeNode node = new FakeNode(part, whole.length, ending)) {
          assertThatThrownBy(() -> fill(node.uri(), LINEAGE))
              .as("%d of %d bytes, %s", length, whole.length, ending)
              .isInstanceOf(ReplicaException.class)
              .hasMessageContaining("did not come whole")
              .hasMessageContaining("Nothing was kept");
        }
        assertNothingIsLeft();
      }
    }
    try (FakeNode node = new FakeNode(whole, whole.length, Ending.CLEAN)) {
      fill(node.uri(), LINEAGE);
    }
    assertFilled();
  }

  /** What follows is the zip's directory, which says everything a second time. */
  private static int lastByteThatMatters(byte[] zip) {
    String text = new String(zip, ISO_8859_1);
    return text.indexOf("PK\u0001\u0002") - 1;
  }

  @Test
  void aByteThatWasChangedIsNoticedOrMeansNothing() throws Exception {
    byte[] whole = snapshot();
    fill(server.uri(), LINEAGE);
    Map<String, byte[]> expected = files(target);
    Folders.delete(target);
    int refused = 0;
    int flips = 0;
    for (int at = 0; at < whole.length; at += 1 + whole.length / 80) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x10;
      flips++;
      try (FakeNode node = new FakeNode(changed, changed.length, Ending.CLEAN)) {
        fill(node.uri(), LINEAGE);
        assertThat(files(target)).as("byte %d", at).usingRecursiveComparison().isEqualTo(expected);
        Folders.delete(target);
      } catch (ReplicaException e) {
        refused++;
        assertNothingIsLeft();
      }
    }
    assertThat(refused).isGreaterThan(flips * 9 / 10);
  }

  private static Map<String, byte[]> files(Path directory) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(directory)) {
      for (Path file : all.toList()) {
        files.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
      }
    }
    return files;
  }

  @Test
  void aSourceThatStandsStillIsGivenUp() throws Exception {
    byte[] whole = snapshot();
    byte[] half = Arrays.copyOf(whole, whole.length / 2);
    try (FakeNode node = new FakeNode(half, whole.length, Ending.SILENT)) {
      ReplicaSource source = new ReplicaSource(node.uri(), null, SILENCE);
      assertThatThrownBy(() -> source.fill(target, () -> LINEAGE, prepared -> {}))
          .isInstanceOf(ReplicaException.class)
          .hasMessageContaining("timed out");
    }
    assertNothingIsLeft();
  }

  /** An archive whose manifest names one file, and that holds one of one byte. */
  private static byte[] archive(String named, long bytes, String entry) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("snapshot.json"));
      zip.write(
          new SnapshotManifest(1, LINEAGE, List.of(new StoreSnapshot.File(named, bytes))).toJson());
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(1);
    }
    return out.toByteArray();
  }

  private void assertRefused(byte[] archive, String... message) throws IOException {
    try (FakeNode node = new FakeNode(archive, archive.length, Ending.CLEAN)) {
      assertThatThrownBy(() -> fill(node.uri(), LINEAGE))
          .isInstanceOf(ReplicaException.class)
          .hasMessageContainingAll(message);
    }
    assertNothingIsLeft();
  }

  @Test
  void aFileThatLeadsOutOfTheFolderIsRefused() throws IOException {
    for (String name : List.of("../x", "/tmp/x", "a/b", "..", "", "a\\b", "x\u0000")) {
      assertRefused(archive(name, 1, name), "its manifest names a file '" + name + "'");
      assertRefused(archive("x", 1, name), "its manifest does not name the file '" + name + "'");
    }
  }

  @Test
  void aFileOfAnotherLengthIsRefused() throws IOException {
    assertRefused(archive("x", 2, "x"), "its file x has 1 bytes, the manifest says 2");
    assertRefused(archive("x", 0, "x"), "its file x has 1 bytes, the manifest says 0");
  }

  @Test
  void whatTheDiskHasNoRoomForIsRefusedBeforeItComes() throws IOException {
    assertRefused(
        archive("x", 1L << 60, "x"), "it has 1,099,511,627,776 MiB, and the disk of", "Make room");
  }

  @Test
  void aManifestThatLacksSomethingIsRefused() {
    String whole = new String(new SnapshotManifest(1, LINEAGE, List.of()).toJson(), UTF_8);
    for (String field : List.of("version", "lineage", "files", "partitions", "topicId")) {
      String without = whole.replace('"' + field + '"', "\"other\"");
      assertThatThrownBy(() -> SnapshotManifest.of(without.getBytes(UTF_8)))
          .as(field)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(field);
    }
  }

  @Test
  void whatADeadProcessLeftIsDeletedFirst() throws IOException {
    Path left = target.resolveSibling("store.incoming");
    Files.createDirectories(left);
    Files.writeString(left.resolve("000012.sst"), "half of it");
    fill(server.uri(), LINEAGE);
    assertFilled();
    assertThat(left).doesNotExist();
    Files.createDirectories(left);
    ReplicaSource.clear(target);
    assertThat(left).doesNotExist();
    assertFilled();
  }

  @Test
  void aStoreIsNeverReplaced() throws IOException {
    Files.createDirectories(target);
    Files.writeString(target.resolve("CURRENT"), "mine");
    assertThatThrownBy(() -> fill(server.uri(), LINEAGE)).isInstanceOf(ReplicaException.class);
    assertThat(target.resolve("CURRENT")).hasContent("mine");
  }

  @Test
  void aSourceThatCannotSaysWhy() throws Exception {
    obstacle.set(Optional.of("catching up, 40 % done"));
    assertThatThrownBy(() -> fill(server.uri(), LINEAGE))
        .isInstanceOf(ReplicaException.class)
        .hasMessageContaining("it is not ready: catching up, 40 % done");
    obstacle.set(Optional.empty());

    HttpServer locked = serve(Map.of("serve.apiKey", "secret"));
    try {
      assertThatThrownBy(() -> fill(locked.uri(), LINEAGE))
          .hasMessageContaining("it wants an API key: set serve.apiKey to that of the nodes");
      new ReplicaSource(locked.uri(), "secret").fill(target, () -> LINEAGE, prepared -> {});
      assertFilled();
    } finally {
      locked.close();
    }

    URI nobody = server.uri();
    server.close();
    Folders.delete(target);
    assertThatThrownBy(() -> fill(nobody, LINEAGE))
        .isInstanceOf(ReplicaException.class)
        .hasMessageContaining(nobody + " cannot be had: nobody answers there");
    assertNothingIsLeft();
  }

  @Test
  void oneAtATimeAndTheStoreIsWrittenMeanwhile() throws Exception {
    int large = 1_024;
    int some = 4_000;
    store.createGeneration(2, large);
    write(0, some, large, 2); // 16 MiB: more than sockets keep
    try (Socket slow = new Socket(server.uri().getHost(), server.uri().getPort())) {
      slow.getOutputStream()
          .write(
              ("GET " + SnapshotResource.PATH + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                  .getBytes(US_ASCII));
      assertThat(slow.getInputStream().read()).isPositive();
      HttpResponse<byte[]> second = get(server);
      assertThat(second.statusCode()).isEqualTo(429);
      assertThat(new String(second.body(), UTF_8)).contains("one at a time");
      assertThatThrownBy(() -> fill(server.uri(), LINEAGE)).hasMessageContaining("one at a time");
      write(some, 10, large, 2);
      assertThat(store.document(2, "d" + (some + 9))).isPresent();
      assertThat(folder.resolve("store/snapshot")).exists();
    }
    // Who went away keeps nobody waiting.
    await().atMost(PATIENCE).until(() -> get(server).statusCode() == 200);
    assertThat(folder.resolve("store/snapshot")).doesNotExist();
    fill(server.uri(), LINEAGE);
    assertFilled();
  }

  /** How an answer ends. */
  private enum Ending {
    /** As if that were all. */
    CLEAN,
    /** Before what was announced. */
    BROKEN,
    /** Not at all. */
    SILENT
  }

  /** Answers every request with the same bytes. */
  private static final class FakeNode implements AutoCloseable {
    private final ServerSocket listening =
        new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    private final List<Socket> silent = new ArrayList<>();

    FakeNode(byte[] body, int announced, Ending ending) throws IOException {
      int length = ending == Ending.CLEAN ? body.length : announced;
      Thread thread = new Thread(() -> answer(body, length, ending), "fake-node");
      thread.setDaemon(true);
      thread.start();
    }

    private void answer(byte[] body, int length, Ending ending) {
      try {
        while (true) {
          Socket socket = listening.accept();
          skipRequest(socket.getInputStream());
          OutputStream out = socket.getOutputStream();
          String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + length;
          out.write((head + "\r\n\r\n").getBytes(US_ASCII));
          out.write(body);
          out.flush();
          if (ending == Ending.SILENT) {
            silent.add(socket);
          } else {
            socket.close();
          }
        }
      } catch (IOException e) {
        // The test is over, or whoever asked has gone away.
      }
    }

    private static void skipRequest(InputStream in) throws IOException {
      int ends = 0;
      while (ends < 2) {
        int read = in.read();
        ends = read == '\n' ? ends + 1 : read == '\r' ? ends : 0;
      }
    }

    URI uri() {
      return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      listening.close();
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }
}
