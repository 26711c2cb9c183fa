package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.training.lab.Task;
import dev.freshet.training.lab.Trial;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ComparisonProgressTest {
  /** Half of the trials are of an earlier run: six open ones cannot be over in ten seconds. */
  @Test
  void whatAnEarlierRunDidDoesNotCountForTheTimeThatIsLeft() {
    StringWriter err = new StringWriter();
    PrintWriter writer = new PrintWriter(err, true);
    AtomicLong clock = new AtomicLong();
    ComparisonProgress progress =
        new ComparisonProgress(
            new Progress(new Terminal(writer, writer, 80, false), clock::get),
            new LiveReport(() -> {}, clock::get));
    progress.begins(new Trial(Task.RETRIEVAL, "lora", 0.0673, 1e-3, 1), 6, 12);
    clock.addAndGet(TimeUnit.SECONDS.toNanos(10));
    progress.begins(new Trial(Task.RETRIEVAL, "lora", 0.0673, 3e-3, 1), 7, 12);
    assertThat(err.toString()).contains("58 %").contains("begins, 0:50 left");
  }
}
