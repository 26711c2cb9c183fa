package dev.freshet.pipeline.app;

import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.Topics;
import dev.freshet.pipeline.gateway.Cluster;
import dev.freshet.pipeline.gateway.GatewaySearcher;
import dev.freshet.pipeline.kafka.ModelsTail;
import dev.freshet.pipeline.kafka.ModelsTopic;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Searches of {@code gateway.nodes}: of a gateway, and of a serve node that is one, too. */
final class ClusterSearch {
  private ClusterSearch() {}

  /**
   * Looks at the nodes once, and follows them and {@code models} from then on.
   *
   * @param resources takes what follows them; the caller closes it
   * @throws dev.freshet.pipeline.config.InvalidConfigException when there are no nodes, or two of
   *     them do not fit together
   */
  static GatewaySearcher start(
      FreshetConfig config, ModelsTopic models, MeterRegistry registry, Resources resources) {
    Cluster cluster = resources.add(Cluster.start(config.gateway(), config.serve().apiKey()));
    var searcher = new GatewaySearcher(cluster);
    searcher.follow(models.read());
    var topics = new Topics(config.kafka().topicPrefix());
    resources.add(ModelsTail.start(config.kafka(), topics, searcher::follow));
    Gauge.builder(
            "freshet.gateway.partitions.missing", searcher, GatewaySearcher::missingPartitions)
        .description("Partitions that no node can be asked for: answers are partial")
        .register(registry);
    return searcher;
  }
}
