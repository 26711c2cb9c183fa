package dev.freshet.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.model.checkpoint.InvalidModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTokenizerTest {
  @TempDir static Path folder;

  @BeforeAll
  static void write() throws IOException {
    ObjectNode tokenizer = WordPieceFile.json(SeededVocabulary.pieces());
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
    ObjectNode truncation = tokenizer.putObject("truncation").put("direction", "Right");
    truncation.put("max_length", 5).put("strategy", "LongestFirst").put("stride", 0);
    ObjectNode padding = tokenizer.putObject("padding").put("direction", "Right");
    padding.putObject("strategy").put("Fixed", 9);
    padding.putNull("pad_to_multiple_of").put("pad_id", 0).put("pad_type_id", 0);
    padding.put("pad_token", "[PAD]");
    Files.writeString(folder.resolve("cutting.json"), tokenizer.toString());
  }

  private static TextTokenizer open() {
    return new TextTokenizer(folder.resolve("tokenizer.json"));
  }

  private static int[] starts(TokenizedText text) {
    return IntStream.range(0, text.size()).map(text::start).toArray();
  }

  @Test
  void splitsWordsInTriples() {
    try (TextTokenizer tokenizer = open()) {
      TokenizedText text = tokenizer.tokenize("Streaming, é!");
      assertThat(IntStream.of(text.ids()).mapToObj(SeededVocabulary.pieces()::get))
          .containsExactly("str", "##eam", "##ing", ",", "e", "!");
      assertThat(IntStream.range(0, 6).mapToObj(text::startsWord))
          .containsExactly(true, false, false, true, true, true);
    }
  }

  @Test
  void startsAreUtf16Indices() {
    try (TextTokenizer tokenizer = open()) {
      // One emoji is two chars; a combining accent is a char of its own; CJK splits by character.
      assertThat(starts(tokenizer.tokenize("\uD83D\uDE00 abc e\u0301 \uD83D\uDE00\u65E5\u672Cx")))
          .containsExactly(0, 3, 7, 10, 12, 13, 14);
      assertThat(starts(tokenizer.tokenize("a\uD83Db \uDE00c \uDE00\uD83D d")))
          .containsExactly(0, 5, 10);
      assertThat(starts(tokenizer.tokenize("a\u0000 b\u0001c d"))).containsExactly(0, 3, 7);
    }
  }

  @Test
  void ignoresCuttingAndPaddingOfTheFile() {
    try (TextTokenizer tokenizer = new TextTokenizer(folder.resolve("cutting.json"))) {
      assertThat(tokenizer.tokenize("a b c d e f g h i j k l").size()).isEqualTo(12);
      assertThat(tokenizer.tokenize("a").size()).isOne();
    }
  }

  @Test
  void useAfterCloseIsAnExceptionAndNoCrash() {
    TextTokenizer tokenizer = open();
    tokenizer.close();
    tokenizer.close();
    assertThatThrownBy(() -> tokenizer.tokenize("a")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesWhatIsNoTokenizer() throws IOException {
    Path file = folder.resolve("broken.json");
    Files.writeString(file, "{\"model\": {\"type\": \"none\"}}");
    assertThatThrownBy(() -> new TextTokenizer(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("broken.json");
  }
}
