package dev.freshet.pipeline.app;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.kafka.ModelsTopic;
import dev.freshet.pipeline.replica.Lineage;
import dev.freshet.pipeline.replica.ReplicaSource;
import dev.freshet.pipeline.store.StoreDirectory;
import java.net.URI;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code serve.replicaOf} does, before a node's store is opened. */
final class ReplicaStart {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaStart.class);

  private ReplicaStart() {}

  /** Whether there is nothing yet, so that it has an effect. */
  static boolean isDue(Path store) {
    return !StoreDirectory.hasStore(store);
  }

  /**
   * Fills an empty store from the node that is configured; without effect where there is a store,
   * or no such node.
   *
   * @throws dev.freshet.pipeline.config.InvalidConfigException when that node's store cannot be
   *     this one's
   * @throws dev.freshet.pipeline.replica.ReplicaException when it cannot be had
   */
  static void fill(Path store, FreshetConfig config, Topics topics, ModelsTopic models) {
    ReplicaSource.clear(store);
    URI node = config.serve().replicaUri();
    if (node == null) {
      return;
    }
    if (!isDue(store)) {
      LOG.info("serve.replicaOf is without effect: {} holds a store already", store);
      return;
    }
    new ReplicaSource(node, config.serve().apiKey())
        .fill(
            store,
            () -> Lineage.of(config, topics, models.read()),
            folder -> HeldPartitions.claim(folder, config.serve().heldPartitions()));
  }
}
