package dev.freshet.pipeline.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.ShardStatus;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClusterStatusTest {
  private static final GenerationRecord RECORD =
      GenerationRecord.published(
              2, "f2", "a model", 2, 1, Map.of(), Instant.parse("2026-01-02T03:04:05Z"))
          .building(new TreeMap<>(), Instant.parse("2026-01-02T03:04:06Z"));

  private static GenerationStatus shard(double progress, @Nullable Double secondsLeft) {
    return GenerationStatus.here(
        RECORD, progress >= 1, 50, 50, 4, progress, 5, secondsLeft, null, 100);
  }

  private static GenerationStatus cluster(GenerationStatus... shards) {
    List<NodeState> nodes = new ArrayList<>();
    for (int i = 0; i < shards.length; i++) {
      ShardStatus status = new ShardStatus(List.of(i), shards.length, 1, null, List.of(shards[i]));
      nodes.add(NodeState.seen(URI.create("http://node-" + i), status));
    }
    return ClusterStatus.of(RECORD, ClusterView.of(nodes));
  }

  @Test
  void theSlowestShardSaysHowLongItTakes() {
    assertThat(cluster(shard(0.5, 12.0), shard(0.25, 30.0)).secondsLeft()).isEqualTo(30);
    assertThat(cluster(shard(1, null), shard(0.25, 30.0)).secondsLeft()).isEqualTo(30);
    assertThat(cluster(shard(1, null), shard(1, null)).secondsLeft()).isNull();
  }

  @Test
  void nobodyKnowsHowLongAShardTakesThatStandsStillAndItSaysWhy() {
    GenerationStatus full = shard(0.4, null).hinderedBy("the disk is full");
    GenerationStatus both = cluster(shard(0.9, 12.0), full);
    assertThat(both.secondsLeft()).isNull();
    assertThat(both.progress()).isEqualTo(0.4);
    assertThat(both.reasons()).containsExactly("the disk is full");
    assertThat(cluster(full, full).reasons()).as("once").containsExactly("the disk is full");
  }
}
