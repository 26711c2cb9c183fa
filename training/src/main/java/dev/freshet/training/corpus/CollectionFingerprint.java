package dev.freshet.training.corpus;

import dev.freshet.model.checkpoint.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * What tells a collection from one of the same name and size: SHA-256 of all that decides what is
 * learnt from it and measured on it, in its order. Attributes of documents and registers of queries
 * do not.
 */
public final class CollectionFingerprint {
  private final MessageDigest digest = Sha256.digest();

  private CollectionFingerprint() {}

  /** SHA-256 of documents, queries and judgements, as hex digits. */
  public static String sha256(CorpusCollection collection) {
    CollectionFingerprint fingerprint = new CollectionFingerprint();
    fingerprint.update(Integer.toString(collection.documents().size()));
    for (CorpusDocument document : collection.documents()) {
      fingerprint.update(document.id());
      fingerprint.update(document.title());
      fingerprint.update(document.text());
    }
    fingerprint.update(Integer.toString(collection.queries().size()));
    for (CorpusQuery query : collection.queries()) {
      fingerprint.update(query.id());
      fingerprint.update(query.text());
    }
    for (Judgement judgement : collection.judgements()) {
      fingerprint.update(judgement.queryId());
      fingerprint.update(judgement.documentId());
      fingerprint.update(Integer.toString(judgement.grade()));
    }
    return HexFormat.of().formatHex(fingerprint.digest.digest());
  }

  private void update(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0); // so that a text cannot flow into its neighbour
  }
}
