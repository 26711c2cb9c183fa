package dev.freshet.training.pretrain;

import dev.freshet.model.checkpoint.Sha256;
import dev.freshet.training.corpus.CorpusCollection;
import dev.freshet.training.corpus.CorpusDocument;
import dev.freshet.training.corpus.CorpusPart;
import dev.freshet.training.corpus.CorpusQuery;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a backbone learns from: texts alone, no judgement.
 *
 * @param documents their titles and texts
 * @param queries how people ask; no word of which document answers them
 */
public record PretrainTexts(List<CorpusDocument> documents, List<String> queries) {
  public PretrainTexts {
    documents = List.copyOf(documents);
    queries = List.copyOf(queries);
    if (documents.isEmpty()) {
      throw new IllegalArgumentException("there are no documents to learn from");
    }
  }

  /** All documents of some collections, and the queries of their training parts. */
  public static PretrainTexts of(List<CorpusCollection> collections) {
    List<CorpusDocument> documents = new ArrayList<>();
    List<String> queries = new ArrayList<>();
    for (CorpusCollection collection : collections) {
      documents.addAll(collection.documents());
      collection.part(CorpusPart.TRAIN).queries().stream()
          .map(CorpusQuery::text)
          .forEach(queries::add);
    }
    return new PretrainTexts(documents, queries);
  }

  /** SHA-256 of all texts in their order, as hex digits. */
  String sha256() {
    MessageDigest digest = Sha256.digest();
    for (CorpusDocument document : documents) {
      update(digest, document.title());
      update(digest, document.text());
    }
    queries.forEach(query -> update(digest, query));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0); // so that a text cannot flow into its neighbour
  }
}
