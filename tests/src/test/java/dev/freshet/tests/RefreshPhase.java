package dev.freshet.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Random;
import java.util.Set;

/** What can be under way in a generation's life when somebody is killed. */
enum RefreshPhase {
  CATCHING_UP,
  SWITCH,
  PUBLISHED,
  COMPLETION,
  RETIREMENT;

  private static final Set<String> WRITTEN = Set.of("COMPLETE", "SERVED");
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** A look takes a few milliseconds; no phase but building lasts as long as this many. */
  private static final int MOST_LOOKS = 20;

  /** The phases in turn. */
  static RefreshPhase ofRound(int number) {
    return values()[number % values().length];
  }

  /** Returns at some moment of the phase. */
  void awaitMoment(FreshetClient client, int generation, Random random) {
    await()
        .pollInterval(Duration.ofMillis(2))
        .atMost(PATIENCE)
        .until(() -> isReached(client, generation));
    int looks = random.nextInt(MOST_LOOKS);
    for (int look = 0; look < looks; look++) {
      assertThat(client.served()).isGreaterThanOrEqualTo(generation - 1);
    }
  }

  /** Whether a generation has come that far. */
  private boolean isReached(FreshetClient client, int generation) {
    return switch (this) {
      case PUBLISHED -> client.has(generation);
      case CATCHING_UP -> client.has(generation) && client.progress(generation) > 0;
      case COMPLETION -> client.has(generation) && WRITTEN.contains(client.state(generation));
      case SWITCH -> client.served() == generation;
      case RETIREMENT -> generation < 3 || client.state(generation - 2).equals("RETIRED");
    };
  }
}
