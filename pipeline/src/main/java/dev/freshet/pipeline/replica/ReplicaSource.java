package dev.freshet.pipeline.replica;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.model.checkpoint.Folders;
import dev.freshet.pipeline.search.ShardJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A serve node that an empty store is filled from. What comes goes into a folder beside the store,
 * {@code <store>.incoming}, and is given the store's name when all of it is on the disk: a process
 * that dies at any moment leaves the whole store, or none. One thread uses it.
 */
public final class ReplicaSource {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaSource.class);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Without a byte; before the first one the node flushes what it has in memory. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  /** A store that has less would take no change. */
  private static final long SPARE_BYTES = 256L << 20;

  private static final int MOST_PROBLEM_BYTES = 1 << 16;
  private static final Duration REPORT = Duration.ofSeconds(10);

  private final URI node;
  private final @Nullable String apiKey;
  private final Duration silence;

  /**
   * @param node without a slash at its end
   * @param apiKey that the node asks for; null for none
   */
  public ReplicaSource(URI node, @Nullable String apiKey) {
    this(node, apiKey, SILENCE);
  }

  /**
   * @param silence after which the node counts as gone
   */
  ReplicaSource(URI node, @Nullable String apiKey, Duration silence) {
    this.node = node;
    this.apiKey = apiKey;
    this.silence = silence;
  }

  /**
   * Fills a store's directory, which is empty or not there.
   *
   * @param own what this node fills its store from, asked when the node says what it does
   * @param prepare is given the folder while it is empty, to put in what else a store has
   * @throws dev.freshet.pipeline.config.InvalidConfigException when the node's store cannot be this
   *     node's
   * @throws ReplicaException when it cannot be had; the directory is as it was
   */
  public void fill(Path store, Supplier<Lineage> own, Consumer<Path> prepare) {
    Path incoming = incoming(store);
    clear(store);
    try {
      Files.createDirectories(incoming);
      prepare.accept(incoming);
      fetch(incoming, own);
      sync(incoming);
      Files.move(incoming, store, StandardCopyOption.ATOMIC_MOVE);
      sync(store.resolveSibling("."));
    } catch (IOException e) {
      throw failed("what came cannot be kept (%s)".formatted(e), e);
    } finally {
      clear(store);
    }
  }

  /**
   * Deletes what a process that died has left beside a store.
   *
   * @throws ReplicaException when it cannot be deleted
   */
  public static void clear(Path store) {
    Path incoming = incoming(store);
    try {
      Folders.delete(incoming);
    } catch (IOException e) {
      throw new ReplicaException(
          "%s, a part of another node's store, cannot be deleted (%s). Delete it; it is of no use."
              .formatted(incoming, e),
          e);
    }
  }

  private static Path incoming(Path store) {
    return store.resolveSibling(store.getFileName() + ".incoming");
  }

  /**
   * By {@link HttpURLConnection}: {@code java.net.http} waits for ever for a body that stands
   * still.
   */
  private void fetch(Path folder, Supplier<Lineage> own) {
    HttpURLConnection connection = null;
    try {
      connection =
          (HttpURLConnection) URI.create(node + SnapshotResource.PATH).toURL().openConnection();
      connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
      connection.setReadTimeout((int) silence.toMillis());
      connection.setInstanceFollowRedirects(false);
      if (apiKey != null) {
        connection.setRequestProperty("Authorization", "Bearer " + apiKey);
      }
      int status = connection.getResponseCode();
      if (status != HttpURLConnection.HTTP_OK) {
        throw failed(refusal(status, connection.getErrorStream()), null);
      }
      Progress progress = new Progress();
      try (InputStream in = connection.getInputStream()) {
        SnapshotArchive.read(
            in,
            folder,
            manifest -> {
              own.get().requireSame(manifest.lineage(), node);
              requireRoom(folder, manifest.bytes());
              progress.begin(manifest.bytes());
            },
            progress);
      }
      progress.end();
    } catch (ConnectException e) {
      throw failed("nobody answers there", e);
    } catch (UnknownHostException e) {
      throw failed("there is no such host", e);
    } catch (IOException e) {
      throw failed("its snapshot did not come whole: " + reason(e), e);
    } finally {
      if (connection != null) {
        connection.disconnect();
      }
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static String refusal(int status, @Nullable InputStream body) throws IOException {
    return switch (status) {
      case HttpURLConnection.HTTP_UNAUTHORIZED ->
          "it wants an API key: set serve.apiKey to that of the nodes";
      case HttpURLConnection.HTTP_NOT_FOUND ->
          "it hands out no snapshots: is it a serve node, of this build?";
      default -> detail(status, body == null ? new byte[0] : body.readNBytes(MOST_PROBLEM_BYTES));
    };
  }

  private static String detail(int status, byte[] body) {
    try {
      String detail = ShardJson.read(body, JsonNode.class).path("detail").asText();
      return detail.isEmpty() ? "HTTP " + status : detail;
    } catch (IllegalArgumentException e) {
      return "HTTP " + status; // something between us and the node answered
    }
  }

  private void requireRoom(Path folder, long bytes) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < bytes + SPARE_BYTES) {
      throw failed(
          "it has %,d MiB, and the disk of %s has %,d MiB left, of which %,d stay free. Make room"
              .formatted(bytes >> 20, folder, free >> 20, SPARE_BYTES >> 20),
          null);
    }
  }

  private ReplicaException failed(String why, @Nullable Throwable cause) {
    String message =
        "serve.replicaOf: the store of %s cannot be had: %s. Nothing was kept. Start again, or leave the setting out to fill the store from Kafka."
            .formatted(node, why);
    return cause == null ? new ReplicaException(message) : new ReplicaException(message, cause);
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Says how far it is, now and then. */
  private final class Progress implements LongConsumer {
    private final long start = System.nanoTime();
    private long all;
    private long reported = start;

    void begin(long bytes) {
      all = bytes;
      LOG.info("fetches the store of {}: {} MiB", node, bytes >> 20);
    }

    @Override
    public void accept(long bytes) {
      long now = System.nanoTime();
      if (now - reported > REPORT.toNanos()) {
        LOG.info("fetched {} of {} MiB", bytes >> 20, all >> 20);
        reported = now;
      }
    }

    void end() {
      LOG.info(
          "the store of {} is here: {} MiB in {} s",
          node,
          all >> 20,
          Duration.ofNanos(System.nanoTime() - start).toSeconds());
    }
  }
}
