package dev.freshet.pipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter err = new StringWriter();
  private final AtomicLong clock = new AtomicLong();

  private Progress progress(boolean ansi, long totalBytes) {
    PrintWriter writer = new PrintWriter(err, true);
    return new Progress(new Terminal(writer, writer, 80, ansi), totalBytes, clock::get);
  }

  private void advance(long millis) {
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void aLineEveryFiveSecondsWithoutATerminal() {
    Progress progress = progress(false, 1_000);
    advance(4_999);
    progress.at(10, 100);
    assertThat(err.toString()).isEmpty();
    advance(5_001);
    progress.at(5_000, 250);
    progress.at(5_001, 251);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "[######..................]  25 %  5,000 documents, 500/s, 0:30 left");
  }

  @Test
  void aBarThatMovesOnATerminal() {
    Progress progress = progress(true, 1_000);
    advance(1_000);
    progress.at(10, 500);
    progress.notice("the server is down");
    assertThat(err.toString())
        .startsWith("\r\u001b[K[############............]  50 %  10 documents, 10/s, 0:01 left")
        .contains("\r\u001b[Kthe server is down");
  }

  @Test
  void countsOnlyWhereTheLengthIsNotKnown() {
    Progress progress = progress(false, -1);
    advance(10_000);
    progress.at(20, 100);
    assertThat(err.toString()).isEqualToIgnoringNewLines("20 documents, 2/s");
  }

  @Test
  void wrapsAtWordsAndCutsWhatIsLong() {
    assertThat(Terminal.wrap("aa bb\ncc dd", 5, 3)).containsExactly("aa bb", "cc dd");
    assertThat(Terminal.wrap("aa bb cc dd ee", 5, 2)).containsExactly("aa bb", "cc dd …");
    assertThat(Terminal.wrap("abcdefgh", 5, 2)).containsExactly("abcd…");
    assertThat(Terminal.wrap("", 5, 2)).isEmpty();
  }
}
