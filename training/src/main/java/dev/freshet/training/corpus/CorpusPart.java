package dev.freshet.training.corpus;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The parts of a collection: what a model learns from, and what it is measured with. */
public enum CorpusPart {
  TRAIN,
  TEST;

  private static final BigInteger PARTS = BigInteger.valueOf(5);

  /**
   * The part of a query by the id of its first answer, the first of the highest grade: {@link
   * #TEST} when the SHA-1 of the id's UTF-8 bytes, read as an unsigned number, is divisible by 5. A
   * document is therefore never the first answer in both parts.
   */
  public static CorpusPart of(String documentId) {
    byte[] hash = sha1(documentId.getBytes(StandardCharsets.UTF_8));
    return new BigInteger(1, hash).mod(PARTS).signum() == 0 ? TEST : TRAIN;
  }

  private static byte[] sha1(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-1", e);
    }
  }
}
