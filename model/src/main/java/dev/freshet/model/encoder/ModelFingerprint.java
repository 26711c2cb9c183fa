package dev.freshet.model.encoder;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over everything that decides what vector a text gets. */
final class ModelFingerprint {
  private static final int BUFFER = 1 << 20;

  private ModelFingerprint() {}

  /**
   * 64 hex digits.
   *
   * @param window most tokens of a sequence, as it is used
   * @param queryPrefix as it is used
   * @param passagePrefix as it is used
   */
  static String of(ModelFolder folder, int window, String queryPrefix, String passagePrefix) {
    MessageDigest digest = sha256();
    update(digest, folder.weights());
    update(digest, folder.tokenizer());
    String rest =
        "%s\n%s\n%d\n%s\n%s"
            .formatted(folder.config(), folder.pooling(), window, queryPrefix, passagePrefix);
    digest.update(rest.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, Path file) {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
