package dev.freshet.training.lab;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** Names that every file system takes, for things that people named. */
final class FileNames {
  private static final int LONGEST_PLAIN = 48;
  private static final int HASH_DIGITS = 12;

  private FileNames() {}

  /**
   * The name itself where it consists of small letters, digits and hyphens. Others are made so, and
   * get a hash, so that what differs stays different.
   */
  static String safe(String name) {
    if (name.matches("[a-z0-9-]{1," + LONGEST_PLAIN + "}")) {
      return name;
    }
    String safe =
        name.substring(0, Math.min(LONGEST_PLAIN, name.length()))
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9-]+", "-");
    return safe + "~" + hash(name);
  }

  private static String hash(String text) {
    try {
      byte[] sha256 =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha256).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
