package dev.freshet.training.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollectionFolderTest {
  private static final CorpusCollection COLLECTION =
      new CorpusCollection(
          List.of(
              new CorpusDocument("d1", "", "caf\u00e9 \"quoted\"\n\u2028 \uD83D\uDE00", Map.of()),
              new CorpusDocument(
                  "d2", "A title", "text", Map.of("area", "garden", "level", 3, "open", true))),
          List.of(
              new CorpusQuery("q1", "where?", QueryRegister.EVERYDAY),
              new CorpusQuery("q2", "tab\there", null)),
          List.of(new Judgement("q1", "d2", 2), new Judgement("q1", "d1", 0)));

  @TempDir Path folder;

  @BeforeEach
  void write() {
    CollectionFolder.write(folder, COLLECTION);
  }

  @Test
  void readsWhatItWrote() {
    assertThat(CollectionFolder.read(folder)).isEqualTo(COLLECTION);
  }

  @Test
  void readsBackAGeneratedCorpus() {
    CorpusCollection corpus = GeneratedCorpus.generate(new CorpusSize(200, 10), 3);
    CollectionFolder.write(folder.resolve("deep/er"), corpus);
    assertThat(CollectionFolder.read(folder.resolve("deep/er"))).isEqualTo(corpus);
  }

  @Test
  void readsDocumentsOfAFolderThatHasNothingElse() throws IOException {
    assertThat(CollectionFolder.hasOnlyDocuments(folder)).isFalse();

    Files.delete(folder.resolve("queries.jsonl"));
    Files.delete(folder.resolve("qrels.tsv"));
    assertThat(CollectionFolder.hasOnlyDocuments(folder)).isTrue();
    assertThat(CollectionFolder.readDocuments(folder))
        .isEqualTo(new CorpusCollection(COLLECTION.documents(), List.of(), List.of()));

    Files.move(folder.resolve("documents.jsonl"), folder.resolve("corpus.jsonl"));
    assertThat(CollectionFolder.hasOnlyDocuments(folder)).isTrue();
    assertThat(CollectionFolder.readDocuments(folder).documents())
        .isEqualTo(COLLECTION.documents());
  }

  @Test
  void writesOneObjectALine() throws IOException {
    assertThat(Files.readString(folder.resolve("queries.jsonl")))
        .isEqualTo(
            """
            {"id":"q1","text":"where?","register":"everyday"}
            {"id":"q2","text":"tab\\there"}
            """);
    assertThat(Files.readString(folder.resolve("qrels.tsv"))).isEqualTo("q1\td2\t2\nq1\td1\t0\n");
  }

  @Test
  void ignoresFurtherFields() throws IOException {
    Files.writeString(
        folder.resolve("queries.jsonl"), "{\"id\":\"q1\",\"text\":\"x\",\"qtype\":\"y\"}");
    assertThat(CollectionFolder.read(folder).queries())
        .containsExactly(new CorpusQuery("q1", "x", null));
  }

  @Test
  void readsAFolderOfBeir() throws IOException {
    Path beir = folder.resolve("beir");
    Files.createDirectories(beir.resolve("qrels"));
    Files.writeString(
        beir.resolve("corpus.jsonl"),
        """
        {"_id": "d1", "title": "A", "text": "", "metadata": {"url": "x"}}
        {"_id": "d2", "title": "", "text": "two"}
        """);
    Files.writeString(
        beir.resolve("queries.jsonl"), "{\"_id\": \"q1\", \"text\": \"x\", \"metadata\": {}}\n");
    String header = "query-id\tcorpus-id\tscore\n";
    Files.writeString(beir.resolve("qrels/test.tsv"), header + "q1\td1\t-1\n");
    Files.writeString(beir.resolve("qrels/train.tsv"), header + "q1\td2\t1\n");
    assertThat(CollectionFolder.read(beir))
        .isEqualTo(
            new CorpusCollection(
                List.of(
                    new CorpusDocument("d1", "", "A", Map.of()),
                    new CorpusDocument("d2", "", "two", Map.of())),
                List.of(new CorpusQuery("q1", "x", null)),
                List.of(new Judgement("q1", "d1", -1), new Judgement("q1", "d2", 1))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      quoteCharacter = '`',
      value = {
        "documents.jsonl ! {\"id\":\"d3\"} ! text must be a string that is not blank, was missing",
        "documents.jsonl ! {\"id\":\"d3\",\"text\":\" \"} ! text must be",
        "documents.jsonl ! {\"id\":3,\"text\":\"x\"} ! id must be a string",
        "documents.jsonl ! {\"id\":\"d1\",\"text\":\"x\"} ! id d1 comes twice",
        "documents.jsonl ! {\"id\":\"d3\",\"text\":\"x\",\"title\":1} ! title must be a string",
        "documents.jsonl ! {\"id\":\"d3\",\"text\":\"x\",\"attributes\":[]} ! attributes must be",
        "documents.jsonl ! {\"id\":\"d3\",\"text\":\"x\",\"attributes\":{\"a\":null}} ! attributes.a",
        "documents.jsonl ! {\"id\":\"d3\" ! not valid JSON",
        "documents.jsonl ! [1] ! must be a JSON object, was [1]",
        "documents.jsonl ! {\"id\":\"d3\",\"text\":\"x\"} {} ! not valid JSON",
        "queries.jsonl ! {\"id\":\"q1\",\"text\":\"x\"} ! id q1 comes twice",
        "queries.jsonl ! {\"id\":\"q3\",\"text\":\"x\",\"register\":\"slang\"} ! was \"slang\"",
        "qrels.tsv ! q1 d1 1 ! with a tab between them, has 1 fields",
        "qrels.tsv ! q9\td1\t1 ! there is no query with the id q9",
        "qrels.tsv ! q1\td9\t1 ! there is no document with the id d9",
        "qrels.tsv ! q2\td1\tx ! grade must be a whole number, was x",
        "qrels.tsv ! q2\td1\t1.5 ! grade must be a whole number, was 1.5",
        "qrels.tsv ! q1\td2\t1 ! judges d2 for q1 a second time"
      })
  void refusesAMalformedLineWithItsPlace(String file, String line, String reason)
      throws IOException {
    Path path = folder.resolve(file);
    Files.writeString(path, Files.readString(path) + line + "\n");
    assertThatThrownBy(() -> CollectionFolder.read(folder))
        .isInstanceOf(MalformedLineException.class)
        .hasMessageStartingWith(path + ", line 3: ")
        .hasMessageContaining(reason);
  }

  @Test
  void refusesABlankLine() throws IOException {
    Files.writeString(folder.resolve("documents.jsonl"), "\n");
    assertThatThrownBy(() -> CollectionFolder.read(folder))
        .isInstanceOf(MalformedLineException.class)
        .hasMessageContaining("documents.jsonl, line 1: must be a JSON object, was blank");
  }

  @Test
  void saysWhichFileIsMissing() throws IOException {
    Files.delete(folder.resolve("qrels.tsv"));
    assertThatThrownBy(() -> CollectionFolder.read(folder))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("qrels.tsv");
  }
}
