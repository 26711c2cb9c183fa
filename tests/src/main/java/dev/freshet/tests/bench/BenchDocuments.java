package dev.freshet.tests.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.DocumentCodec;
import dev.freshet.pipeline.event.MalformedRecordException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The texts of a benchmark: a seeded sample of the user's own, or made up. */
final class BenchDocuments {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Log-normal lengths, as of web passages: median 90 words, one in ten over 270. */
  private static final double LENGTH_MU = Math.log(90);

  private static final double LENGTH_SIGMA = 0.85;

  private BenchDocuments() {}

  /**
   * At most {@code count} documents.
   *
   * @param file JSON lines with id, text and optionally title, or null to make documents up
   */
  static List<Document> sample(@Nullable Path file, int count, long seed)
      throws IOException, MalformedRecordException {
    var random = new Random(seed);
    if (file == null) {
      return made(count, random);
    }
    var all = new ArrayList<Document>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode object = JSON.readTree(line);
        all.add(DocumentCodec.fromJson(object, object.required("id").asText()));
      }
    }
    Collections.shuffle(all, random);
    return List.copyOf(all.subList(0, Math.min(count, all.size())));
  }

  private static List<Document> made(int count, Random random) {
    var documents = new ArrayList<Document>(count);
    for (int i = 0; i < count; i++) {
      int words = (int) Math.exp(LENGTH_MU + LENGTH_SIGMA * random.nextGaussian());
      var text = new StringBuilder();
      for (int w = 0; w < Math.max(1, words); w++) {
        word(text, random);
      }
      documents.add(new Document("made-" + i, "", text.toString(), Map.of(), null));
    }
    return documents;
  }

  private static void word(StringBuilder text, Random random) {
    for (int letters = 2 + random.nextInt(6); letters > 0; letters--) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    text.append(' ');
  }
}
