package dev.freshet.pipeline.config;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gateway: answers for a cluster of serve nodes of which each holds some of the partitions.
 *
 * @param nodes URLs of the serve nodes, separated by commas; what each holds is asked of itself
 * @param interval time from one look at a node to the next
 * @param hedgeAfter how long one replica of a shard may take before another one is asked, too
 * @param shardTimeout how long a shard may take in all; after that the answer comes without it and
 *     says so
 */
public record GatewayConfig(
    @Nullable String nodes, Duration interval, Duration hedgeAfter, Duration shardTimeout) {

  public GatewayConfig {
    if (nodes != null) {
      Urls.requireUrls("nodes", nodes);
      List<URI> all = Urls.list(nodes);
      Check.require(
          new HashSet<>(all).size() == all.size(), "nodes must name each node once", nodes);
    }
    Check.between("interval", interval, Duration.ofMillis(10), Duration.ofMinutes(1));
    Check.between("hedgeAfter", hedgeAfter, Duration.ofMillis(1), Duration.ofDays(1));
    Check.between("shardTimeout", shardTimeout, Duration.ofMillis(10), Duration.ofDays(1));
  }

  /** Two looks a second; another replica after half a second; without a shard after three. */
  public static GatewayConfig defaults() {
    return new GatewayConfig(
        null, Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofSeconds(3));
  }

  /** The same gateway for other nodes. */
  public GatewayConfig withNodes(String other) {
    return new GatewayConfig(other, interval, hedgeAfter, shardTimeout);
  }

  /** {@code nodes} one by one, each without a slash at its end; empty for none. */
  public List<URI> nodeUris() {
    return nodes == null ? List.of() : Urls.list(nodes);
  }
}
