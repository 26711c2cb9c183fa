package dev.freshet.training.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.training.corpus.MalformedLineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunFileTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("a.run"), text);
  }

  @Test
  void readsWhatItWrote() throws IOException {
    Map<String, Ranking> rankings = new LinkedHashMap<>();
    rankings.put(
        "q2",
        Ranking.of(List.of(new ScoredDocument("é", 1 / 3f), new ScoredDocument("b", -1e-20f))));
    rankings.put("q1", Ranking.of(List.of(new ScoredDocument("b", 7))));
    Path file = folder.resolve("a.run");
    RunFile.write(file, new Run(rankings), "mine");
    assertThat(Files.readString(file))
        .isEqualTo(
            """
            q2 Q0 é 1 0.33333334 mine
            q2 Q0 b 2 -1.0E-20 mine
            q1 Q0 b 1 7.0 mine
            """);
    assertThat(RunFile.read(file)).isEqualTo(new Run(rankings));
    assertThat(RunFile.read(file).rankings().keySet()).containsExactly("q2", "q1");
  }

  @Test
  void theScoreCountsAndTheRankDoesNot() throws IOException {
    Path file = file("q Q0 a 1 0.5 t\nr\t0\tb\t-\t1\tu\nq Q0 b 2 .75e0 t\nq Q0 c 3 +2. t\n");
    assertThat(RunFile.read(file).ranking("q").ids()).containsExactly("c", "b", "a");
    assertThat(RunFile.read(file).ranking("r").ids()).containsExactly("b");
    assertThat(RunFile.read(file).ranking("s").size()).isZero();
  }

  @Test
  void scoresThatDifferBeyondSinglePrecisionTie() throws IOException {
    Path file = file("q Q0 a 1 0.500000002 t\nq Q0 b 2 0.500000001 t\n");
    assertThat(RunFile.read(file).ranking("q").ids()).containsExactly("b", "a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "q Q0 d 1 0.5 ! must be query, Q0, document, rank, score and tag, has 5 fields",
        "q Q0 d 1 0.5 my tag ! has 7 fields",
        "'' ! has 0 fields",
        "q Q0 d 1 high t ! score must be a finite number, was high",
        "q Q0 d 1 NaN t ! score must be a finite number, was NaN",
        "q Q0 d 1 1f t ! score must be a finite number, was 1f",
        "q Q0 d 1 1e99 t ! score must be a finite number, was 1e99",
        "q Q0 a 1 0.5 t ! ranks a for q a second time",
      })
  void namesTheLineThatIsMalformed(String line, String reason) throws IOException {
    Path file = file("q Q0 a 1 1 t\n" + line + "\n");
    assertThatThrownBy(() -> RunFile.read(file))
        .isInstanceOf(MalformedLineException.class)
        .hasMessageStartingWith(file + ", line 2: ")
        .hasMessageContaining(reason);
  }

  @Test
  void refusesAFileWithoutLines() throws IOException {
    Path file = file("");
    assertThatThrownBy(() -> RunFile.read(file)).isInstanceOf(MalformedLineException.class);
    assertThatThrownBy(() -> RunFile.read(folder.resolve("none")))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void refusesToWriteWhatItCouldNotRead() {
    Path file = folder.resolve("a.run");
    Run run = new Run(Map.of("q", Ranking.of(List.of(new ScoredDocument("a b", 1)))));
    assertThatThrownBy(() -> RunFile.write(file, run, "t"))
        .hasMessageContaining("document id that is empty or has white space, was 'a b'");
    assertThatThrownBy(() -> RunFile.write(file, new Run(Map.of()), ""))
        .hasMessageContaining("tag that is empty or has white space, was ''");
  }
}
