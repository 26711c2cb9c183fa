package dev.freshet.tests.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.model.encoder.BertConfig;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.Passage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * Sequences to encode, and what encoding them takes.
 *
 * @param origin where the length mix comes from, for the report
 * @param sequences token ids {@code [seq]} each, in the order of their documents
 */
record EncodeWorkload(String origin, List<int[]> sequences) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Passages of the documents in a file of {@code {id, title?, text}} lines, a seeded sample. */
  static EncodeWorkload fromDocuments(Path file, Encoder encoder, int count, long seed)
      throws IOException {
    List<int[]> all = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      String line = reader.readLine();
      while (line != null && all.size() < 20 * count) {
        JsonNode document = JSON.readTree(line);
        String text = document.path("text").asText();
        if (!text.isBlank()) {
          encoder.cut(document.path("title").asText(), text).stream()
              .map(Passage::tokens)
              .forEach(all::add);
        }
        line = reader.readLine();
      }
    }
    if (all.isEmpty()) {
      throw new IOException(file + " holds no document with text");
    }
    Collections.shuffle(all, new Random(seed));
    List<int[]> sample = all.subList(0, Math.min(count, all.size()));
    return new EncodeWorkload(file.toString(), List.copyOf(sample));
  }

  /** Random tokens in log-normal lengths around 60, cut at the window: many short, a long tail. */
  static EncodeWorkload synthetic(BertConfig config, int window, int count, long seed) {
    Random random = new Random(seed);
    List<int[]> sequences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = (int) Math.min(window, 6 + Math.exp(4 + 0.8 * random.nextGaussian()));
      sequences.add(random.ints(length, 0, config.vocabulary()).toArray());
    }
    return new EncodeWorkload("synthetic lengths, seed " + seed, List.copyOf(sequences));
  }

  /** Batches of neighbours in length, as a batcher forms them, in seeded order. */
  List<List<int[]>> batches(int size, long seed) {
    List<int[]> sorted = new ArrayList<>(sequences);
    sorted.sort(Comparator.comparingInt(s -> s.length));
    List<List<int[]>> batches = new ArrayList<>();
    for (int from = 0; from + size <= sorted.size(); from += size) {
      batches.add(List.copyOf(sorted.subList(from, from + size)));
    }
    Collections.shuffle(batches, new Random(seed));
    return batches;
  }

  static long tokens(List<int[]> batch) {
    return batch.stream().mapToLong(s -> s.length).sum();
  }

  static int longest(List<int[]> batch) {
    return batch.stream().mapToInt(s -> s.length).max().orElse(0);
  }

  /**
   * Floating point operations of all matrix products for rows of equal length; one multiplication
   * and one addition are two.
   *
   * @param moduleWeights of which each is multiplied with every token once
   */
  static double operations(BertConfig config, long moduleWeights, int rows, int length) {
    double d = config.hidden();
    double tokens = (double) rows * length;
    double linears = 2 * tokens * (4 * d * d + 2 * d * config.ffn());
    double attention = 4 * tokens * length * d;
    return config.layers() * (linears + attention) + 2 * tokens * moduleWeights;
  }
}
