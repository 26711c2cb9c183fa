package dev.freshet.training.retrieval;

import dev.freshet.training.corpus.MalformedLineException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A run as TREC writes it: UTF-8, one document of one query a line, six fields with white space
 * between them.
 *
 * <pre>{@code query Q0 document rank score tag}</pre>
 *
 * As trec_eval does, the reader goes by the score alone: the second field, the rank and the tag are
 * not looked at.
 */
public final class RunFile {
  private static final int FIELDS = 6;
  private static final Pattern SPACE = Pattern.compile("[ \t]+");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private RunFile() {}

  /**
   * Reads a run. The lines of a query need not stand together.
   *
   * @throws MalformedLineException when a line has not six fields, its score is not a finite
   *     decimal number, or it names a document of its query a second time; and when there is no
   *     line
   * @throws UncheckedIOException when the file cannot be read
   */
  public static Run read(Path file) {
    Map<String, List<ScoredDocument>> found = new LinkedHashMap<>();
    Map<String, Set<String>> seen = new HashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        String[] fields = SPACE.split(line.strip(), -1);
        if (fields.length != FIELDS) {
          throw new MalformedLineException(
              file,
              number,
              "must be query, Q0, document, rank, score and tag, has %d fields"
                  .formatted(line.isBlank() ? 0 : fields.length));
        }
        String query = fields[0];
        String document = fields[2];
        if (!seen.computeIfAbsent(query, q -> new HashSet<>()).add(document)) {
          throw new MalformedLineException(
              file, number, "ranks %s for %s a second time".formatted(document, query));
        }
        found
            .computeIfAbsent(query, q -> new ArrayList<>())
            .add(new ScoredDocument(document, score(file, number, fields[4])));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
    if (found.isEmpty()) {
      throw new MalformedLineException(
          file, 1, "there is none: a run has a line for each document");
    }
    Map<String, Ranking> rankings = new LinkedHashMap<>();
    found.forEach((query, documents) -> rankings.put(query, Ranking.of(documents)));
    return new Run(rankings);
  }

  private static float score(Path file, int number, String text) {
    if (NUMBER.matcher(text).matches()) {
      float score = (float) Double.parseDouble(text);
      if (Float.isFinite(score)) {
        return score;
      }
    }
    throw new MalformedLineException(file, number, "score must be a finite number, was " + text);
  }

  /**
   * Writes a run over what is there, ranks counted from 1. What is read back is equal.
   *
   * @param tag names the system; without white space
   * @throws IllegalArgumentException when the tag or an id is empty or has white space, which the
   *     format cannot hold
   * @throws UncheckedIOException when the file cannot be written
   */
  public static void write(Path file, Run run, String tag) {
    requireOneField("tag", tag);
    run.rankings()
        .forEach(
            (query, ranking) -> {
              requireOneField("query id", query);
              ranking.ids().forEach(id -> requireOneField("document id", id));
            });
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (Map.Entry<String, Ranking> entry : run.rankings().entrySet()) {
        write(writer, entry.getKey(), entry.getValue(), tag);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  private static void write(BufferedWriter writer, String query, Ranking ranking, String tag)
      throws IOException {
    for (int i = 0; i < ranking.size(); i++) {
      ScoredDocument document = ranking.get(i);
      writer.write(query);
      writer.write(" Q0 ");
      writer.write(document.id());
      writer.write(" " + (i + 1) + " " + document.score() + " ");
      writer.write(tag);
      writer.write('\n');
    }
  }

  private static void requireOneField(String what, String text) {
    if (text.isEmpty() || text.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException(
          "a run file cannot hold a %s that is empty or has white space, was '%s'"
              .formatted(what, text));
    }
  }
}
