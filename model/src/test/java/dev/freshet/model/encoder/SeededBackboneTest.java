package dev.freshet.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeededBackboneTest {
  private static final BackboneShape SMALL = new BackboneShape(1, 8, 2, 8, 16);

  private static final String MODEL_SHA =
      "86f72837d8975a1f29f3dc56400c472cb820f0aaaf7880ec791a72ebf85c85d5";
  private static final String TOKENIZER_SHA =
      "c3851ac7ebadfdf783ceba90d839ffd89ca944f4964a1a9b669c84a063073e26";

  @TempDir Path folder;

  private static String sha256(Path file) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void equalSeedsGiveEqualBytes() throws IOException {
    SeededBackbone.write(folder, SMALL, 42, null);
    assertThat(sha256(folder.resolve("model.safetensors"))).isEqualTo(MODEL_SHA);
    assertThat(sha256(folder.resolve("tokenizer.json"))).isEqualTo(TOKENIZER_SHA);
    SeededBackbone.write(folder, SMALL, 43, null);
    assertThat(sha256(folder.resolve("model.safetensors"))).isNotEqualTo(MODEL_SHA);
  }

  @Test
  void takesAnotherTokenizerAlong() throws IOException {
    Path tokenizer = folder.resolve("mine.json");
    Files.writeString(
        tokenizer, WordPieceFile.json(SeededVocabulary.pieces()).put("version", "1.0").toString());
    Path model = folder.resolve("model");
    SeededBackbone.write(model, SMALL, 1, tokenizer);
    assertThat(JsonFiles.read(model.resolve("tokenizer.json")))
        .isEqualTo(JsonFiles.read(tokenizer));
    assertThat(ModelFolder.read(model).config().vocabulary())
        .isEqualTo(SeededVocabulary.pieces().size());
  }

  @Test
  void refusesAShapeThatIsNone() {
    assertThatThrownBy(() -> new BackboneShape(1, 10, 3, 8, 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("heads 3");
  }
}
