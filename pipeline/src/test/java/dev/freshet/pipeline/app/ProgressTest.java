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

  private Progress progress(boolean ansi) {
    PrintWriter writer = new PrintWriter(err, true);
    return new Progress(new Terminal(writer, writer, 80, ansi), clock::get);
  }

  private void advance(long millis) {
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void aLineEveryFiveSecondsWithoutATerminal() {
    Progress progress = progress(false);
    advance(4_999);
    progress.at(0.1, () -> "10 documents");
    assertThat(err.toString()).isEmpty();
    advance(5_001);
    progress.at(0.25, () -> "5,000 documents");
    progress.at(0.251, () -> "5,001 documents");
    assertThat(err.toString())
        .isEqualToIgnoringNewLines("[######..................]  25 %  5,000 documents, 0:30 left");
  }

  @Test
  void aBarThatMovesOnATerminal() {
    Progress progress = progress(true);
    advance(1_000);
    progress.at(0.5, () -> "10 documents");
    progress.notice("the server is down");
    assertThat(err.toString())
        .startsWith("\r\u001b[K[############............]  50 %  10 documents, 0:01 left")
        .contains("\r\u001b[Kthe server is down");
  }

  @Test
  void whatWasDoneBeforeDoesNotCountForTheTimeThatIsLeft() {
    Progress progress = progress(false);
    progress.goesOnFrom(0.5);
    advance(10_000);
    progress.at(0.6, () -> "step 6");
    assertThat(err.toString())
        .isEqualToIgnoringNewLines("[##############..........]  60 %  step 6, 0:40 left");
  }

  @Test
  void countsOnlyWhereTheLengthIsNotKnown() {
    Progress progress = progress(false);
    advance(10_000);
    progress.at(Double.NaN, () -> "20 documents");
    assertThat(err.toString()).isEqualToIgnoringNewLines("20 documents");
  }

  @Test
  void wrapsAtWordsAndCutsWhatIsLong() {
    assertThat(Terminal.wrap("aa bb\ncc dd", 5, 3)).containsExactly("aa bb", "cc dd");
    assertThat(Terminal.wrap("aa bb cc dd ee", 5, 2)).containsExactly("aa bb", "cc dd …");
    assertThat(Terminal.wrap("abcdefgh", 5, 2)).containsExactly("abcd…");
    assertThat(Terminal.wrap("", 5, 2)).isEmpty();
  }
}
