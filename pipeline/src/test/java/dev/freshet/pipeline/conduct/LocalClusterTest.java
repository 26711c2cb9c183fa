package dev.freshet.pipeline.conduct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class LocalClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Whether each task that began had its state, in turn. */
  private static final List<Boolean> BEGAN_WITH_STATE = new CopyOnWriteArrayList<>();

  @TempDir private Path folder;

  @BeforeEach
  void forget() {
    BEGAN_WITH_STATE.clear();
  }

  /** Its state is too large to stand in the metadata of a checkpoint. */
  private static final class Remembering implements MapFunction<Long, Long>, CheckpointedFunction {
    private static final int BYTES = 100_000;

    private transient @Nullable ListState<byte[]> state;

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      ListState<byte[]> much =
          context
              .getOperatorStateStore()
              .getListState(
                  new ListStateDescriptor<>("much", BytePrimitiveArraySerializer.INSTANCE));
      BEGAN_WITH_STATE.add(much.get().iterator().hasNext());
      state = much;
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      Objects.requireNonNull(state).update(List.of(new byte[BYTES]));
    }

    @Override
    public Long map(Long number) {
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
      return number;
    }
  }

  private static void define(StreamExecutionEnvironment env) {
    env.fromSequence(0, Long.MAX_VALUE).map(new Remembering()).sinkTo(new DiscardingSink<>());
  }

  private LocalCluster.Job submit(LocalCluster flink) throws Exception {
    return flink.submit(
        "remembers",
        folder.resolve("checkpoints"),
        Duration.ofMinutes(10),
        1,
        LocalClusterTest::define);
  }

  /** A checkpoint that is asked for before all tasks run fails. */
  private static void checkpoint(LocalCluster.Job job) {
    await()
        .atMost(PATIENCE)
        .ignoreException(ExecutionException.class)
        .until(
            () -> {
              job.checkpoint();
              return true;
            });
  }

  private void damageState() throws Exception {
    try (Stream<Path> files = Files.walk(folder.resolve("checkpoints"))) {
      List<Path> states =
          files
              .filter(Files::isRegularFile)
              .filter(file -> !file.getFileName().toString().equals("_metadata"))
              .toList();
      assertThat(states).isNotEmpty();
      for (Path state : states) {
        Files.writeString(state, "damaged");
      }
    }
  }

  @Test
  void whatATaskCannotReadOfACheckpointDoesNotKeepTheJobFromRunning() throws Exception {
    try (LocalCluster flink = LocalCluster.start(1, folder.resolve("temporary"))) {
      LocalCluster.Job first = submit(flink);
      await().atMost(PATIENCE).until(() -> BEGAN_WITH_STATE.equals(List.of(false)));
      checkpoint(first);
      first.cancel();
      LocalCluster.Job second = submit(flink);
      assertThat(BEGAN_WITH_STATE).containsExactly(false, true);
      checkpoint(second);
      second.cancel();
      damageState();
      submit(flink);
      await().atMost(PATIENCE).until(() -> BEGAN_WITH_STATE.equals(List.of(false, true, false)));
    }
  }

  @Test
  void aNameIsOfOneJob() throws Exception {
    try (LocalCluster flink = LocalCluster.start(1, folder.resolve("temporary"))) {
      LocalCluster.Job first = submit(flink);
      await().atMost(PATIENCE).until(() -> BEGAN_WITH_STATE.size() == 1);
      submit(flink);
      assertThat(first.status().isGloballyTerminalState()).isTrue();
    }
  }
}
