package dev.freshet.tests.bench.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.model.checkpoint.Side;
import dev.freshet.model.encoder.Encoder;
import dev.freshet.model.encoder.EncoderSettings;
import dev.freshet.model.service.Encoders;
import dev.freshet.training.retrieval.QueuedBiEncoder;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Vectors of norm 1 to be searched, and queries that are none of them.
 *
 * @param name for the report
 * @param vectors {@code [count][dimensions]}
 * @param queries {@code [count][dimensions]}
 */
record VectorSet(String name, float[][] vectors, float[][] queries) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LEAST_CHARACTERS = 12;

  /** Sentences of a passage. */
  private static final int PASSAGE = 4;

  private static final int CLUSTERS = 1_000;
  private static final int INTRINSIC = 64;

  /** How far clusters lie apart, of their own deviation: they overlap. */
  private static final float APART = 0.5f;

  /** What is outside the intrinsic dimensions, of what is inside. */
  private static final float NOISE = 0.5f;

  /** Neighbours that one more vector like real ones is made of. */
  private static final int LOOK_ALIKE_OF = 64;

  int dimensions() {
    return vectors[0].length;
  }

  /** Bytes of the vectors as floats. */
  long floatBytes() {
    return (long) Float.BYTES * dimensions() * vectors.length;
  }

  /** With so many of the vectors. */
  VectorSet first(int count) {
    return new VectorSet(name, Arrays.copyOf(vectors, count), queries);
  }

  private static VectorSet split(String name, float[][] all, int queries) {
    int count = all.length - queries;
    return new VectorSet(
        name, Arrays.copyOf(all, count), Arrays.copyOfRange(all, count, all.length));
  }

  /** 1,000 overlapping clusters of 64 intrinsic dimensions. */
  static VectorSet hard(int count, int queries, int dimensions, long seed) {
    Random random = new Random(seed);
    float[][] map = gaussian(INTRINSIC, dimensions, 1, random);
    float[][] centres = gaussian(CLUSTERS, INTRINSIC, APART, random);
    float[][] all = new float[count + queries][];
    for (int i = 0; i < all.length; i++) {
      float[] inner = centres[random.nextInt(CLUSTERS)];
      float[] vector = gaussian(1, dimensions, NOISE, random)[0];
      for (int j = 0; j < INTRINSIC; j++) {
        float weight = inner[j] + (float) random.nextGaussian();
        for (int d = 0; d < dimensions; d++) {
          vector[d] += weight * map[j][d];
        }
      }
      all[i] = normalised(vector);
    }
    return split("hard", all, queries);
  }

  private static float[][] gaussian(int rows, int columns, float deviation, Random random) {
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int i = 0; i < columns; i++) {
        row[i] = deviation * (float) random.nextGaussian();
      }
    }
    return values;
  }

  /**
   * A vector of norm 1 near another one.
   *
   * @param noise norm of what is added
   */
  static float[] near(float[] vector, float noise, Random random) {
    float[] near = gaussian(1, vector.length, noise / (float) Math.sqrt(vector.length), random)[0];
    for (int d = 0; d < near.length; d++) {
      near[d] += vector[d];
    }
    return normalised(near);
  }

  private static float[] normalised(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += component * component;
    }
    float factor = (float) (1 / Math.sqrt(Math.max(squares, Float.MIN_NORMAL)));
    for (int d = 0; d < vector.length; d++) {
      vector[d] *= factor;
    }
    return vector;
  }

  /**
   * Sentences, passages and whole texts of documents, encoded.
   *
   * @param files JSON lines with {@code text}
   * @param most vectors, queries not counted
   */
  static VectorSet real(List<Path> files, EncoderSettings model, int most, int queries, long seed)
      throws IOException {
    List<String> texts = new ArrayList<>(texts(files));
    Collections.shuffle(texts, new Random(seed));
    int wanted = (int) Math.min(texts.size(), (long) most + queries);
    if (wanted <= queries) {
      throw new IOException(
          "%s hold %d texts, more than the %d queries are needed"
              .formatted(files, texts.size(), queries));
    }
    try (Encoder encoder = Encoders.acquire(model, Side.DOCUMENT)) {
      float[][] all = new QueuedBiEncoder(encoder, encoder).encodeQueries(texts.subList(0, wanted));
      for (float[] vector : all) {
        normalised(vector);
      }
      return split("real", all, queries);
    }
  }

  private static Set<String> texts(List<Path> files) throws IOException {
    Set<String> texts = new LinkedHashSet<>();
    for (Path file : files) {
      try (BufferedReader reader = Files.newBufferedReader(file)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          JsonNode document = JSON.readTree(line);
          String text = document.path("text").asText().strip();
          texts.add(text);
          List<String> sentences = List.of(text.split("(?<=[.!?;:])\\s+|\\s+-\\s+|\\n+"));
          for (int i = 0; i < sentences.size(); i++) {
            texts.add(sentences.get(i).strip());
            if (i % PASSAGE == 0) {
              int end = Math.min(sentences.size(), i + PASSAGE);
              texts.add(String.join(" ", sentences.subList(i, end)).strip());
            }
          }
        }
      }
    }
    texts.removeIf(text -> text.length() < LEAST_CHARACTERS);
    return texts;
  }

  /**
   * More vectors with the statistics of these: each one of them, moved by half of the difference of
   * two others of its neighbourhood, which is how vectors there differ.
   */
  VectorSet lookAlikes(int count, long seed) {
    Random random = new Random(seed);
    float[][] sorted = neighbourhoods(random);
    float[][] all = new float[count + queries.length][];
    for (int i = 0; i < all.length; i++) {
      int at = random.nextInt(sorted.length);
      int from = Math.min(at / LOOK_ALIKE_OF * LOOK_ALIKE_OF, sorted.length - LOOK_ALIKE_OF);
      float[] one = sorted[from + random.nextInt(LOOK_ALIKE_OF)];
      float[] other = sorted[from + random.nextInt(LOOK_ALIKE_OF)];
      float[] vector = sorted[at].clone();
      for (int d = 0; d < vector.length; d++) {
        vector[d] += 0.5f * (one[d] - other[d]);
      }
      all[i] = normalised(vector);
    }
    return split("look-alike", all, queries.length);
  }

  /**
   * The vectors in an order in which neighbours stand together: split in halves again and again.
   */
  private float[][] neighbourhoods(Random random) {
    float[][] sorted = vectors.clone();
    halve(sorted, 0, sorted.length, random);
    return sorted;
  }

  private static void halve(float[][] rows, int from, int to, Random random) {
    if (to - from <= LOOK_ALIKE_OF) {
      return;
    }
    // Along the difference of two of them, cut in the middle.
    float[] a = rows[from + random.nextInt(to - from)];
    float[] b = rows[from + random.nextInt(to - from)];
    record Placed(float[] row, float along) {}
    List<Placed> placed = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      float along = 0;
      for (int d = 0; d < a.length; d++) {
        along += (a[d] - b[d]) * rows[i][d];
      }
      placed.add(new Placed(rows[i], along));
    }
    placed.sort((x, y) -> Float.compare(x.along(), y.along()));
    for (int i = from; i < to; i++) {
      rows[i] = placed.get(i - from).row();
    }
    int middle = (from + to) >>> 1;
    halve(rows, from, middle, random);
    halve(rows, middle, to, random);
  }
}
