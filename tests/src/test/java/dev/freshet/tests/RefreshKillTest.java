package dev.freshet.tests;

import dev.freshet.model.checkpoint.ModuleSides;
import dev.freshet.pipeline.config.ConfigLoader;
import dev.freshet.pipeline.config.FreshetConfig;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.registry.GenerationPublisher;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process is killed in every phase of a generation's life, again and again at another moment of
 * it: it always ends with that generation served, the older ones retired, and every document there.
 * {@code -Dfreshet.kills=30} is the long form.
 */
class RefreshKillTest {
  private static final int KILLS = Integer.getInteger("freshet.kills", 1);

  private final Random random = new Random(20_261_123);
  private final ChangingDocuments documents = new ChangingDocuments(random);

  @TempDir private Path data;
  private FreshetProcess process;
  private FreshetClient client;

  @AfterEach
  void stop() {
    process.close();
  }

  private void start() throws Exception {
    process =
        FreshetProcess.start(
            data,
            "up",
            "--data-dir",
            folder().toString(),
            "--port",
            "0",
            "--set",
            "kafka.partitions=2",
            "--set",
            "index.checkpointInterval=500ms");
    client = new FreshetClient(process.awaitReady());
  }

  private Path folder() {
    return data.resolve("freshet");
  }

  private GenerationRecord publish(int seed) {
    FreshetConfig config =
        ConfigLoader.load(
            null,
            Map.of(),
            Map.of(
                "dataDir",
                folder().toString(),
                "kafka.bootstrapServers",
                process.bootstrapServers()));
    return new GenerationPublisher(config, Clock.systemUTC())
        .publish(Checkpoints.write(data, seed, ModuleSides.SHARED));
  }

  @Test
  void aRefreshThatIsKilledConverges() throws Exception {
    start();
    documents.putAll(client);
    for (int round = 1; round <= KILLS; round++) {
      int generation = publish(round).generation();
      documents.change(client, round);
      RefreshPhase.ofRound(round - 1).awaitMoment(client, generation, random);
      process.kill();
      start();
      documents.awaitServed(client, generation);
    }
    process.stop(20);
  }
}
