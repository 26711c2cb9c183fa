package dev.freshet.training.lab;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One run of training: what tells it from the other runs of the same {@link Setting}.
 *
 * @param task what is tuned for
 * @param contender the method, and what is tuned with it, as reports name it: {@code iaa-l}, {@code
 *     iaa-l + words 8}; {@value #FULL} is what the others are compared with
 * @param budget share of the backbone's parameters that the method was sized for, above 0; null for
 *     a method that has no size to choose
 * @param rate highest learning rate, above 0
 * @param seed of everything random
 */
public record Trial(Task task, String contender, @Nullable Double budget, double rate, long seed) {
  public static final String FULL = "full";

  private static final int LONGEST_PLAIN = 48;
  private static final int HASH_DIGITS = 12;

  public Trial {
    Checks.notBlank("contender", contender);
    if (budget != null) {
      Checks.positive("budget", budget);
    }
    Checks.positive("rate", rate);
  }

  /**
   * A name that no other trial has and every file system takes, such as {@code
   * retrieval_iaa-l_b0.0673_lr3e-4_s1}.
   */
  public String name() {
    return "%s_%s_%s_lr%s_s%d"
        .formatted(
            task.name().toLowerCase(Locale.ROOT),
            safeContender(),
            budget == null ? "fixed" : "b" + Numbers.shortest(budget),
            Numbers.shortest(rate),
            seed);
  }

  /** Contenders that only differ in what a file name cannot hold differ in their hash. */
  private String safeContender() {
    if (contender.matches("[a-z0-9-]{1," + LONGEST_PLAIN + "}")) {
      return contender;
    }
    String safe =
        contender
            .substring(0, Math.min(LONGEST_PLAIN, contender.length()))
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9-]+", "-");
    return safe + "~" + hash(contender);
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
