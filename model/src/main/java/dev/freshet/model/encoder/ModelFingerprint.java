package dev.freshet.model.encoder;

import dev.freshet.model.checkpoint.Sha256;
import dev.freshet.model.checkpoint.Sha256Cache;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** SHA-256 over everything that decides what vector a text gets. */
final class ModelFingerprint {
  private ModelFingerprint() {}

  /**
   * 64 hex digits.
   *
   * @param window most tokens of a sequence, as it is used
   * @param queryPrefix as it is used
   * @param passagePrefix as it is used
   */
  static String of(ModelFolder folder, int window, String queryPrefix, String passagePrefix) {
    MessageDigest digest = Sha256.digest();
    digest.update(Sha256Cache.ofUser().of(folder.weights()).getBytes(StandardCharsets.UTF_8));
    Sha256.update(digest, folder.tokenizer());
    String rest =
        "%s\n%s\n%d\n%s\n%s"
            .formatted(folder.config(), folder.pooling(), window, queryPrefix, passagePrefix);
    digest.update(rest.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }
}
