package dev.freshet.model.service;

import dev.freshet.model.checkpoint.SafetensorsFile;
import dev.freshet.model.checkpoint.Sha256;
import dev.freshet.model.encoder.ModelFolder;
import dev.freshet.model.tuning.Tuning;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** SHA-256 over everything that decides what vector a text of one side gets. */
final class ModelFingerprint {
  private ModelFingerprint() {}

  /**
   * 64 hex digits.
   *
   * @param weights SHA-256 of the backbone's tensor file
   * @param modules of {@link #ofModules}; empty for the frozen backbone
   * @param window most tokens of a sequence, as it is used
   * @param prefix put before the texts of this side, as it is used
   */
  static String of(ModelFolder folder, String weights, String modules, int window, String prefix) {
    MessageDigest digest = Sha256.digest();
    digest.update(weights.getBytes(StandardCharsets.UTF_8));
    Sha256.update(digest, folder.tokenizer());
    String rest =
        "%s\n%s\n%d\n%s\n%s".formatted(folder.config(), folder.pooling(), window, modules, prefix);
    digest.update(rest.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Of one side's modules, as 64 hex digits: their method and their tensors, whatever else is in
   * the file.
   *
   * @param prefix what the names of the side's tensors begin with
   */
  static String ofModules(Tuning tuning, SafetensorsFile file, String prefix) {
    MessageDigest digest = Sha256.digest();
    digest.update(tuning.toJson().toString().getBytes(StandardCharsets.UTF_8));
    file.names().stream()
        .filter(name -> name.startsWith(prefix))
        .sorted()
        .forEach(
            name -> {
              digest.update(name.substring(prefix.length()).getBytes(StandardCharsets.UTF_8));
              file.digest(name, digest);
            });
    return HexFormat.of().formatHex(digest.digest());
  }
}
