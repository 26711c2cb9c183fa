package dev.freshet.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.model.encoder.TextTokenizer;
import dev.freshet.model.encoder.WordPieceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordsTest {
  @TempDir private Path folder;

  @Test
  void smallLettersWithoutAccentsAndPunctuationByItself() {
    assertThat(Words.of("  Crème-brûlée, 3.5 €\u00a0(fine)…\tOK\n"))
        .containsExactly(
            "creme", "-", "brulee", ",", "3", ".", "5", "€", "(", "fine", ")", "…", "ok");
  }

  @Test
  void ideographsStandAlone() {
    assertThat(Words.of("抽水机pump3号 \ud840\udc00\uf900"))
        .containsExactly("抽", "水", "机", "pump3", "号", "\ud840\udc00", "\u8c48");
  }

  @Test
  void whatCannotBeSeenIsNotThereAndSpacesOfAnyKindSeparate() {
    assertThat(Words.of("pump\u00ading \u200bsea\u0000l\u007f\ue000\ufffd"))
        .containsExactly("pumping", "seal");
    assertThat(Words.of("a\tb\nc\rd\u3000e\u2028f\u000bg"))
        .containsExactly("a", "b", "c", "d", "e", "fg");
  }

  /** Every word is a piece here: one that is cut otherwise would be unknown. */
  @Test
  void cutsAsTheTokenizerOfItsVocabularyDoes() throws IOException {
    String text =
        "Pump\u00ading 抽水机pump3号\uf900, crème\u200b\u0007 brûlée\u000b a\tb\u00a0c\u2028d\u0085e\ue000 \ufffdf";
    List<String> words = Words.of(text);
    List<String> pieces = new ArrayList<>(WordPieceFile.SPECIAL);
    words.stream().distinct().forEach(pieces::add);
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, WordPieceFile.json(pieces).toString());
    try (TextTokenizer tokenizer = new TextTokenizer(file)) {
      assertThat(Arrays.stream(tokenizer.ids(text)).mapToObj(pieces::get)).isEqualTo(words);
    }
  }

  @Test
  void nothingHasNoWords() {
    assertThat(Words.of(" \n\t ")).isEmpty();
  }
}
