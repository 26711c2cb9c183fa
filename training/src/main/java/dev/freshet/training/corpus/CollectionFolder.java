package dev.freshet.training.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A collection as a folder. All files are UTF-8, their lines end with a line feed.
 *
 * <ul>
 *   <li>{@code documents.jsonl}: one object a line, {@code id}, {@code text}, and where there are
 *       any {@code title} and {@code attributes}
 *   <li>{@code queries.jsonl}: {@code id}, {@code text}, and where known {@code register}
 *   <li>{@code qrels.tsv}: query id, document id and grade, with a tab between them
 * </ul>
 *
 * <p>A folder as the BEIR benchmark has them (Thakur et al., NeurIPS 2021, arXiv 2104.08663) is
 * read as it is: {@code corpus.jsonl}, {@code queries.jsonl} and the files of {@code qrels}, all of
 * them together; {@code _id} for {@code id}; a first line that names the columns; a title that
 * stands for an empty text.
 *
 * <p>Further fields of an object are ignored.
 */
public final class CollectionFolder {
  private static final String DOCUMENTS = "documents.jsonl";
  private static final String QUERIES = "queries.jsonl";
  private static final String JUDGEMENTS = "qrels.tsv";

  private static final String BEIR_DOCUMENTS = "corpus.jsonl";
  private static final String BEIR_JUDGEMENTS = "qrels";
  private static final String BEIR_ID = "_id";
  private static final String BEIR_HEADER = "query-id\tcorpus-id\tscore";

  /** The files of a folder, by name. */
  public static final List<String> FILES = List.of(DOCUMENTS, QUERIES, JUDGEMENTS);

  /** Those of one as BEIR has it; the last is a folder. */
  public static final List<String> BEIR_FILES = List.of(BEIR_DOCUMENTS, QUERIES, BEIR_JUDGEMENTS);

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private CollectionFolder() {}

  /**
   * @throws MalformedLineException when a line is not what it should be, an id comes twice, or a
   *     judgement names what is not in the folder
   * @throws UncheckedIOException when a file cannot be read
   */
  public static CorpusCollection read(Path folder) {
    Path queries = folder.resolve(QUERIES);
    return isBeir(folder)
        ? read(folder.resolve(BEIR_DOCUMENTS), queries, tables(folder.resolve(BEIR_JUDGEMENTS)))
        : read(folder.resolve(DOCUMENTS), queries, folder.resolve(JUDGEMENTS));
  }

  /**
   * Of a folder that has documents and nothing else, in either layout: a collection without queries
   * and judgements.
   *
   * @throws MalformedLineException when a line is not what it should be, or an id comes twice
   * @throws UncheckedIOException when the file cannot be read
   */
  public static CorpusCollection readDocuments(Path folder) {
    Path own = folder.resolve(DOCUMENTS);
    Path file = Files.exists(own) ? own : folder.resolve(BEIR_DOCUMENTS);
    return new CorpusCollection(documents(file, new HashSet<>()), List.of(), List.of());
  }

  /** Whether a folder has documents and nothing else, in either layout. */
  public static boolean hasOnlyDocuments(Path folder) {
    return Stream.of(DOCUMENTS, BEIR_DOCUMENTS).anyMatch(name -> exists(folder, name))
        && Stream.of(QUERIES, JUDGEMENTS, BEIR_JUDGEMENTS).noneMatch(name -> exists(folder, name));
  }

  /** Whether a folder has all that BEIR's have, and not all that ours have. */
  public static boolean isBeir(Path folder) {
    return hasAll(folder, BEIR_FILES) && !hasAll(folder, FILES);
  }

  private static boolean hasAll(Path folder, List<String> names) {
    return names.stream().allMatch(name -> exists(folder, name));
  }

  private static boolean exists(Path folder, String name) {
    return Files.exists(folder.resolve(name));
  }

  /** In the order of their names. */
  private static List<Path> tables(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".tsv")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder, e);
    }
  }

  /** As {@link #read(Path)}, of files that need not lie together. */
  public static CorpusCollection read(Path documentFile, Path queryFile, Path judgementFile) {
    return read(documentFile, queryFile, List.of(judgementFile));
  }

  private static CorpusCollection read(
      Path documentFile, Path queryFile, List<Path> judgementFiles) {
    Set<String> documentIds = new HashSet<>();
    List<CorpusDocument> documents = documents(documentFile, documentIds);
    List<CorpusQuery> queries = new ArrayList<>();
    Set<String> queryIds = new HashSet<>();
    eachLine(queryFile, line -> queries.add(query(line, queryIds)));
    List<Judgement> judgements = new ArrayList<>();
    Set<String> pairs = new HashSet<>();
    for (Path file : judgementFiles) {
      eachLine(
          file,
          line -> {
            if (line.number() > 1 || !line.text().equals(BEIR_HEADER)) {
              judgements.add(judgement(line, queryIds, documentIds, pairs));
            }
          });
    }
    return new CorpusCollection(documents, queries, judgements);
  }

  private static List<CorpusDocument> documents(Path file, Set<String> ids) {
    List<CorpusDocument> documents = new ArrayList<>();
    eachLine(file, line -> documents.add(document(line, ids)));
    return documents;
  }

  /**
   * Writes the three files, over those that are there.
   *
   * @param folder made where it is missing
   * @throws UncheckedIOException when a file cannot be written
   */
  public static void write(Path folder, CorpusCollection collection) {
    try {
      Files.createDirectories(folder);
      writeLines(
          folder.resolve(DOCUMENTS),
          collection.documents().stream().map(document -> json(document).toString()).toList());
      writeLines(
          folder.resolve(QUERIES),
          collection.queries().stream().map(query -> json(query).toString()).toList());
      writeLines(
          folder.resolve(JUDGEMENTS),
          collection.judgements().stream()
              .map(each -> each.queryId() + "\t" + each.documentId() + "\t" + each.grade())
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the collection to " + folder, e);
    }
  }

  private static ObjectNode json(CorpusDocument document) {
    ObjectNode node = JSON.createObjectNode().put("id", document.id());
    if (!document.title().isEmpty()) {
      node.put("title", document.title());
    }
    node.put("text", document.text());
    if (!document.attributes().isEmpty()) {
      node.set("attributes", JSON.valueToTree(document.attributes()));
    }
    return node;
  }

  private static ObjectNode json(CorpusQuery query) {
    ObjectNode node = JSON.createObjectNode().put("id", query.id()).put("text", query.text());
    QueryRegister register = query.register();
    return register == null ? node : node.put("register", register.label());
  }

  private static void writeLines(Path file, List<String> lines) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (String line : lines) {
        writer.write(line);
        writer.write('\n');
      }
    }
  }

  private interface LineReader {
    void accept(Line line);
  }

  private static void eachLine(Path file, LineReader reader) {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      int number = 0;
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        number++;
        reader.accept(new Line(file, number, text));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  private static CorpusDocument document(Line line, Set<String> ids) {
    JsonNode object = line.object();
    String id = newId(line, object, ids);
    JsonNode title = object.path("title");
    if (!title.isMissingNode() && !title.isNull() && !title.isTextual()) {
      throw line.refused("title must be a string, was " + title);
    }
    Map<String, Object> attributes = attributes(line, object.path("attributes"));
    boolean onlyTitle = object.has(BEIR_ID) && object.path("text").asText("").isBlank();
    return onlyTitle
        ? new CorpusDocument(id, "", line.text(object, "title"), attributes)
        : new CorpusDocument(id, title.asText(""), line.text(object, "text"), attributes);
  }

  private static Map<String, Object> attributes(Line line, JsonNode node) {
    Map<String, Object> attributes = new TreeMap<>();
    if (node.isMissingNode() || node.isNull()) {
      return attributes;
    }
    if (!node.isObject()) {
      throw line.refused("attributes must be an object, was " + node);
    }
    for (Map.Entry<String, JsonNode> attribute : node.properties()) {
      attributes.put(attribute.getKey(), value(line, attribute.getKey(), attribute.getValue()));
    }
    return attributes;
  }

  private static Object value(Line line, String name, JsonNode value) {
    if (value.isTextual()) {
      return value.textValue();
    }
    if (value.isNumber()) {
      return value.numberValue();
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    throw line.refused(
        "attributes.%s must be a string, a number or a boolean, was %s".formatted(name, value));
  }

  private static CorpusQuery query(Line line, Set<String> ids) {
    JsonNode object = line.object();
    String id = newId(line, object, ids);
    return new CorpusQuery(id, line.text(object, "text"), register(line, object.get("register")));
  }

  private static @Nullable QueryRegister register(Line line, @Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    return QueryRegister.ofLabel(node.asText())
        .orElseThrow(
            () ->
                line.refused(
                    "register must be one of %s, was %s"
                        .formatted(
                            List.of(QueryRegister.values()).stream()
                                .map(QueryRegister::label)
                                .toList(),
                            node)));
  }

  private static String newId(Line line, JsonNode object, Set<String> ids) {
    String id = line.text(object, object.has(BEIR_ID) ? BEIR_ID : "id");
    if (!ids.add(id)) {
      throw line.refused("id " + id + " comes twice");
    }
    return id;
  }

  private static Judgement judgement(
      Line line, Set<String> queries, Set<String> documents, Set<String> pairs) {
    String[] fields = line.text().split("\t", -1);
    if (fields.length != 3) {
      throw line.refused(
          "must be query, document and grade with a tab between them, has %d fields"
              .formatted(fields.length));
    }
    requireKnown(line, "query", fields[0], queries);
    requireKnown(line, "document", fields[1], documents);
    if (!pairs.add(fields[0] + "\t" + fields[1])) {
      throw line.refused("judges %s for %s a second time".formatted(fields[1], fields[0]));
    }
    return new Judgement(fields[0], fields[1], grade(line, fields[2]));
  }

  private static void requireKnown(Line line, String what, String id, Set<String> known) {
    if (!known.contains(id)) {
      throw line.refused("there is no %s with the id %s".formatted(what, id));
    }
  }

  private static int grade(Line line, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw line.refused("grade must be a whole number, was " + text, e);
    }
  }

  /** A line with its place, which knows how to complain about itself. */
  private record Line(Path file, int number, String text) {
    JsonNode object() {
      try {
        JsonNode node = JSON.readTree(text);
        if (node.isObject()) {
          return node;
        }
      } catch (JsonProcessingException e) {
        throw refused("not valid JSON: " + e.getOriginalMessage(), e);
      }
      throw refused("must be a JSON object, was " + (text.isBlank() ? "blank" : text));
    }

    String text(JsonNode object, String field) {
      JsonNode value = object.path(field);
      if (!value.isTextual() || value.textValue().isBlank()) {
        throw refused(
            "%s must be a string that is not blank, was %s"
                .formatted(field, value.isMissingNode() ? "missing" : value));
      }
      return value.textValue();
    }

    MalformedLineException refused(String reason) {
      return new MalformedLineException(file, number, reason);
    }

    MalformedLineException refused(String reason, Throwable cause) {
      return new MalformedLineException(file, number, reason, cause);
    }
  }
}
