package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.tests.Parts.Part;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * As {@link RefreshKillTest}, of parts that run by themselves: the conductor with its index jobs
 * and the serve node are killed in turn, and the other one goes on meanwhile.
 */
class RefreshPartsKillTest {
  private static final int KILLS = Integer.getInteger("freshet.kills", 2);
  private static final Part[] VICTIMS = {Part.CONDUCTOR, Part.NODE};

  private final Random random = new Random(20_261_128);
  private final ChangingDocuments documents = new ChangingDocuments(random);

  @TempDir private Path folder;

  @Test
  void aRefreshConvergesWhicheverPartIsKilled() throws Exception {
    try (Parts parts =
        Parts.beside(folder, "kafka.partitions=2", "index.checkpointInterval=500ms")) {
      parts.start(Part.NODE);
      parts.start(Part.CONDUCTOR);
      FreshetClient client = parts.client();
      documents.putAll(client);
      for (int kill = 0; kill < KILLS; kill++) {
        int generation = parts.publish(kill);
        documents.change(client, kill);
        RefreshPhase.ofRound(kill / VICTIMS.length).awaitMoment(client, generation, random);
        parts.killAndStart(VICTIMS[kill % VICTIMS.length]);
        documents.awaitServed(client, generation);
      }
    }
    assertThat(FreshetProcess.temporary(folder)).isEmptyDirectory();
  }
}
