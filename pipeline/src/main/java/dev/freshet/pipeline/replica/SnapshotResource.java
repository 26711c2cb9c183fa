package dev.freshet.pipeline.replica;

import dev.freshet.pipeline.http.ProblemException;
import dev.freshet.pipeline.http.Resource;
import dev.freshet.pipeline.kafka.KafkaUnavailableException;
import dev.freshet.pipeline.store.StoreException;
import dev.freshet.pipeline.store.StoreSnapshot;
import dev.freshet.pipeline.store.VectorStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/shard/snapshot}: the node's store as it is now, as a {@link SnapshotArchive}, for
 * a new replica. One at a time: 429 while another one is under way. 503 while the node is not
 * ready, since then a replica would not be, either. Whoever takes no byte for the server's idle
 * time is cut off, and makes way for the next one.
 */
public final class SnapshotResource implements Resource {
  static final String PATH = "/v1/shard/snapshot";

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotResource.class);
  private static final int BUSY = 429;
  private static final int UNAVAILABLE = 503;

  private final VectorStore store;
  private final Supplier<Lineage> lineage;
  private final Supplier<Optional<String>> obstacle;

  /**
   * @param lineage what the store is filled from
   * @param obstacle why the node should not be asked, a sentence for people
   */
  public SnapshotResource(
      VectorStore store, Supplier<Lineage> lineage, Supplier<Optional<String>> obstacle) {
    this.store = store;
    this.lineage = lineage;
    this.obstacle = obstacle;
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.get(PATH, this::send);
  }

  private void send(Context context) {
    obstacle
        .get()
        .ifPresent(
            reason -> {
              throw new ProblemException(
                  UNAVAILABLE, "this node has no snapshot to give, it is not ready: " + reason);
            });
    try (StoreSnapshot snapshot = take()) {
      SnapshotManifest manifest = SnapshotManifest.of(snapshot, lineage());
      LOG.info(
          "hands out a snapshot of {} files, {} MiB, to {}",
          manifest.files().size(),
          manifest.bytes() >> 20,
          context.ip());
      context.contentType("application/zip");
      try {
        SnapshotArchive.write(manifest, snapshot.folder(), context.outputStream());
        LOG.info("the snapshot is handed out");
      } catch (IOException e) {
        // Who takes it knows by the manifest that not all has come; there is nobody to answer.
        LOG.warn("the snapshot is cut off: {}", e.toString());
      }
    }
  }

  private StoreSnapshot take() {
    try {
      return store
          .snapshot()
          .orElseThrow(
              () ->
                  new ProblemException(
                      BUSY, "this node is handing out a snapshot, and gives one at a time"));
    } catch (StoreException e) {
      throw new ProblemException(UNAVAILABLE, String.valueOf(e.getMessage())).initCause(e);
    }
  }

  private Lineage lineage() {
    try {
      return lineage.get();
    } catch (KafkaUnavailableException e) {
      throw new ProblemException(
              UNAVAILABLE, "what the store was filled from cannot be told: " + e.getMessage())
          .initCause(e);
    }
  }
}
