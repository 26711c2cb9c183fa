package dev.freshet.pipeline.config;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP interface of a serve node.
 *
 * @param host address to bind to
 * @param port port to bind to; 0 for a free one
 * @param apiKey key that every request but a health check must carry, or null for none
 * @param hosts names, separated by commas, that requests without a key may give as their {@code
 *     Host}, besides {@code host} and those of this machine; null for any where {@code host} can be
 *     reached from other machines, for no others where it cannot
 * @param maxRequestBytes largest body of a request
 * @param searchTimeout longest time that a search may take
 * @param maxHits most hits that a search may ask for
 * @param explore share of the answers in which two of the first ten documents change places, so
 *     that clicks can tell what is better from what stood higher; 0 to 1
 * @param discover share of the answers in which two of the third to tenth documents are others from
 *     further down, so that people see, and clicks tell of, what the encoder ranks too low; 0 to
 *     what {@code explore} leaves
 * @param canary how often the served generation is held against its own model
 * @param partitions the partitions of {@code documents} that this node holds, such as {@code
 *     0-3,6}; null for all of them
 * @param replicaOf URL of a node that holds the same: an empty store is filled from it; null for
 *     one that is filled from Kafka
 */
public record ServeConfig(
    String host,
    int port,
    @Nullable String apiKey,
    @Nullable String hosts,
    long maxRequestBytes,
    Duration searchTimeout,
    int maxHits,
    double explore,
    double discover,
    Duration canary,
    @Nullable String partitions,
    @Nullable String replicaOf) {

  private static final Pattern HOST = Pattern.compile("[\\w.-]+|\\[[0-9A-Fa-f:.]+]");

  public ServeConfig {
    Check.require(!host.isBlank(), "host must be an address or a name", "empty");
    Check.port("port", port);
    // An empty key would look like protection and be none.
    Check.require(
        apiKey == null || apiKey.matches("[\\x21-\\x7e]+"),
        "apiKey must be visible ASCII characters without spaces; leave it out for no key",
        apiKey == null || apiKey.isEmpty() ? "empty" : "something else");
    if (hosts != null) {
      split(hosts).forEach(ServeConfig::requireName);
    }
    Check.bytesBetween("maxRequestBytes", maxRequestBytes, 1L << 10, 1L << 30);
    Check.between("searchTimeout", searchTimeout, Duration.ofMillis(1), Duration.ofDays(1));
    Check.between("maxHits", maxHits, 1, 100_000);
    Check.between("canary", canary, Duration.ofMillis(100), Duration.ofDays(365));
    if (partitions != null) {
      requirePartitions(partitions);
    }
    if (replicaOf != null) {
      Urls.requireUrl("replicaOf", replicaOf);
    }
    Check.require(explore >= 0 && explore <= 1, "explore must be from 0 to 1", explore);
    Check.require(
        discover >= 0 && discover <= 1 - explore,
        "discover must be from 0 to 1, and with explore at most 1",
        discover);
  }

  private static List<String> split(String hosts) {
    return Arrays.stream(hosts.split(",", -1)).map(String::strip).toList();
  }

  private static void requireName(String host) {
    Check.require(
        HOST.matcher(host).matches(),
        "hosts must be names or addresses without a port, separated by commas",
        "'" + host + "'");
  }

  private static void requirePartitions(String text) {
    try {
      Partitions.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("partitions " + e.getMessage(), e);
    }
  }

  /** Loopback only, no key, all partitions. */
  public static ServeConfig defaults() {
    return new ServeConfig(
        "127.0.0.1",
        7878,
        null,
        null,
        32L << 20,
        Duration.ofSeconds(10),
        1_000,
        0.05,
        0.05,
        Duration.ofMinutes(1),
        null,
        null);
  }

  /** The same interface on another port. */
  public ServeConfig withPort(int other) {
    return new ServeConfig(
        host,
        other,
        apiKey,
        hosts,
        maxRequestBytes,
        searchTimeout,
        maxHits,
        explore,
        discover,
        canary,
        partitions,
        replicaOf);
  }

  /** The same interface of a node that holds only these partitions. */
  public ServeConfig withPartitions(Partitions other) {
    return new ServeConfig(
        host,
        port,
        apiKey,
        hosts,
        maxRequestBytes,
        searchTimeout,
        maxHits,
        explore,
        discover,
        canary,
        other.toString(),
        replicaOf);
  }

  /** The same interface, with documents from further down in another share of the answers. */
  public ServeConfig withDiscover(double other) {
    return new ServeConfig(
        host,
        port,
        apiKey,
        hosts,
        maxRequestBytes,
        searchTimeout,
        maxHits,
        explore,
        other,
        canary,
        partitions,
        replicaOf);
  }

  /** {@code hosts} one by one; empty for none. */
  public List<String> hostNames() {
    return hosts == null ? List.of() : split(hosts);
  }

  /** The partitions that this node holds; null for all. */
  public @Nullable Partitions heldPartitions() {
    return partitions == null ? null : Partitions.parse(partitions);
  }

  /** {@code replicaOf} without a slash at its end; null for none. */
  public @Nullable URI replicaUri() {
    return replicaOf == null ? null : Urls.base(replicaOf);
  }

  /** Without the API key. */
  @Override
  public String toString() {
    return "ServeConfig[host=%s, port=%d, apiKey=%s, hosts=%s, maxRequestBytes=%d, searchTimeout=%s, maxHits=%d, explore=%s, discover=%s, canary=%s, partitions=%s, replicaOf=%s]"
        .formatted(
            host,
            port,
            apiKey == null ? "none" : "set",
            hosts == null ? "none" : hosts,
            maxRequestBytes,
            searchTimeout,
            maxHits,
            explore,
            discover,
            canary,
            partitions == null ? "all" : partitions,
            replicaOf == null ? "none" : replicaOf);
  }
}
