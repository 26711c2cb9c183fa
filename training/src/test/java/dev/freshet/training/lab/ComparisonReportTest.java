package dev.freshet.training.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ComparisonReportTest {
  private static final String HOSTILE = "<script>alert(\"x\")</script> & | *b* \u0001";

  /** One report for all tests that only read it. */
  @TempDir static Path dir;

  private static String written = "";

  @BeforeAll
  static void write() throws IOException {
    written = write(dir, results());
  }

  /** Full fine-tuning, LoRA, IAA-L and a hostile name; two rates, two seeds; probes. */
  private static List<TrialResult> results() {
    List<TrialResult> results = new ArrayList<>();
    for (long seed = 1; seed <= 2; seed++) {
      double more = 0.1 * (seed - 1);
      results.add(run("full", null, 1e-4, seed, 0.5, 0.5 + more, 0.7));
      results.add(run("full", null, 1e-3, seed, 0.3, 0.1, 0.1));
      results.add(run("lora", Samples.BUDGET, 1e-3, seed, 0.45, 0.2 + more, 0.6));
      results.add(run("iaa-l", Samples.BUDGET, 1e-3, seed, 0.48, 0.6, 0.7 + more));
      results.add(run(HOSTILE, Samples.BUDGET, 1e-3, seed, 0.2, 0.1, 0.1));
    }
    results.add(Samples.diverged(Samples.trial("lora", Samples.BUDGET, 1e-2, 1)));
    return results;
  }

  private static TrialResult run(
      String contender,
      @Nullable Double budget,
      double rate,
      long seed,
      double best,
      double... perQuery) {
    return probed(
        0.5,
        Samples.finished(
            Samples.trial(contender, budget, rate, seed), new double[] {0.1, best}, perQuery));
  }

  private static TrialResult probed(@Nullable Double displacementCosine, TrialResult plain) {
    Directions directions =
        new Directions(
            List.of(
                new Directions.Probe(
                    1,
                    Map.of("layer 0", new Directions.Change(0.25, Double.NaN)),
                    displacementCosine)));
    Smoothness smoothness = new Smoothness(List.of(new Smoothness.Probe(1, 0.5, 0.75, 0)));
    double[] places = {-1, 0, 1};
    double[][] loss = {{3, 2, Double.NaN}, {2, 1, 2}, {3, 2, 3}};
    return new TrialResult(
        plain.trial(),
        plain.tuned(),
        plain.outcome(),
        plain.effort(),
        plain.progress(),
        plain.test(),
        new Probes(directions, smoothness, Landscape.of(places, places, loss, 1)));
  }

  private static Setting setting() {
    return Samples.setting(
        Samples.baseline("bm25", 0.3, 0.4), Samples.baseline("untuned", 0.2, 0.2));
  }

  private static String write(Path folder, List<TrialResult> results) throws IOException {
    ComparisonReport.write(folder, setting(), results);
    return Files.readString(folder.resolve("report.html"));
  }

  private static Document parsed(String html) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(html.getBytes(StandardCharsets.UTF_8)));
  }

  private static Stream<Element> elements(NodeList nodes) {
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i));
  }

  /** Cells of the first row that begins so in the first table with such a heading. */
  private static List<String> row(Document html, String heading, String contender) {
    Element table =
        elements(html.getElementsByTagName("table"))
            .filter(t -> texts(t, "th").contains(heading))
            .findFirst()
            .orElseThrow();
    return elements(table.getElementsByTagName("tr"))
        .map(row -> texts(row, "td"))
        .filter(cells -> !cells.isEmpty() && cells.get(0).equals(contender))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> texts(Element parent, String tag) {
    return elements(parent.getElementsByTagName(tag)).map(Element::getTextContent).toList();
  }

  @Test
  void numbersStandInTheirCells() throws Exception {
    Document html = parsed(written);
    // Seeds: 0.6 and 0.65; untuned 0.2.
    assertThat(row(html, "way to full", "full"))
        .containsExactly("full", "111,718", "6.73 %", "1e-4*", "2", "0.625 ± 0.035", "100 %");
    // Seeds: 0.4 and 0.45, so (0.425 − 0.2) / (0.625 − 0.2) of the way.
    assertThat(row(html, "way to full", "lora"))
        .containsExactly("lora", "111,718", "6.73 %", "1e-3*", "2", "0.425 ± 0.035", "53 %");
    assertThat(row(html, "way to full", "bm25")).containsSequence("0.350", "");
    // 0.48 is above 0.95 · 0.5, and 0.45 is not.
    assertThat(row(html, "steps to 95 %", "iaa-l"))
        .containsExactly(
            "iaa-l", "2 of 2", "200 ± 0", "100 %", "20.0 ± 0.0", "100 %", "0.100", "200");
    assertThat(row(html, "steps to 95 %", "lora")).contains("0 of 2", "never", "–");
    // Both query by query: 0.6 − 0.55 and 0.75 − 0.7.
    assertThat(row(html, "verdict", "iaa-l")).containsSequence("full", "+0.050");
    assertThat(row(html, "diverged", "lora")).contains("1 of 2: 1e-3", "1 of 3", "0.4500");
    assertThat(row(html, "displacement cosine", "iaa-l"))
        .containsExactly("iaa-l", "1", "0.250", "–", "0.500");
    assertThat(row(html, "range of loss", "iaa-l")).containsSequence("iaa-l", "0.250", "0.250");
    assertThat(row(html, "mean rise", "iaa-l")).containsSequence("iaa-l", "1.000", "1.250");
  }

  @Test
  void theBestOfAGroupIsStrong() throws Exception {
    Document html = parsed(written);
    List<String> strong = texts(html.getDocumentElement(), "b");
    assertThat(strong).contains("0.675 ± 0.035").doesNotContain("0.425 ± 0.035");
  }

  @Test
  void nothingOutsideIsNeededAndNothingIsLeftUnsaid() throws Exception {
    String html = written;
    assertThat(html.replaceAll("xmlns=\"http://www.w3.org/[^\"]*\"", ""))
        .doesNotContain("http", "src=", "<script", "@import", "url(");
    for (String file : List.of("report.html", "report.md", "results.json")) {
      String text = Files.readString(dir.resolve(file));
      assertThat(text.replace("is NaN", "").replace("\"cosine\" : \"NaN\"", ""))
          .as(file)
          .doesNotContain("NaN", "Infinity", "null");
    }
  }

  @Test
  void hostileNamesAreText() throws Exception {
    Document html = parsed(written);
    assertThat(html.getElementsByTagName("script").getLength()).isZero();
    assertThat(row(html, "way to full", HOSTILE.replace('\u0001', '\uFFFD'))).isNotEmpty();
    assertThat(Files.readString(dir.resolve("report.md")))
        .doesNotContainPattern("(?<!\\\\)<script")
        .contains("\\<script\\>alert(\"x\")\\</script\\> \\& \\| \\*b\\*");
  }

  @Test
  void markdownLinksToChartsThatAreThere() throws IOException {
    String markdown = Files.readString(dir.resolve("report.md"));
    List<String> links =
        Pattern.compile("\\]\\((charts/[^)]+)\\)")
            .matcher(markdown)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(links).hasSizeGreaterThan(5).doesNotHaveDuplicates();
    assertThat(links).allSatisfy(link -> assertThat(dir.resolve(link)).isNotEmptyFile());
    assertThat(markdown).contains("| lora | 111,718 | 6.73 % | 1e-3\\* | 2 | 0.425 ± 0.035 |");
  }

  @Test
  void programsReadTheSame() throws IOException {
    JsonNode json = new ObjectMapper().readTree(dir.resolve("results.json").toFile());
    assertThat(json.path("setting").path("baselines").path(1).path("name").asText())
        .isEqualTo("untuned");
    assertThat(json.path("trials")).hasSize(results().size());
    assertThat(json.path("trials").path(0).path("metrics").path("nDCG@10").asDouble())
        .isEqualTo(0.6);
    JsonNode lora = json.path("contenders").path(1);
    assertThat(lora.path("contender").asText()).isEqualTo("lora");
    assertThat(lora.path("budget").asDouble()).isEqualTo(0.0673);
    assertThat(lora.path("selectedRate").asDouble()).isEqualTo(1e-3);
    assertThat(lora.path("gridPlace").asText()).isEqualTo("lowest");
    assertThat(lora.path("goal").path("reached").asInt()).isZero();
    assertThat(lora.path("goal").path("steps").isMissingNode()).isTrue();
    assertThat(lora.path("againstFull").path("reference").asText()).isEqualTo("full");
    assertThat(lora.path("rates").path(1).path("diverged").asInt()).isEqualTo(1);
  }

  @Test
  void aCrossEncoderIsProbedWithoutADisplacement(@TempDir Path folder) throws Exception {
    Trial trial = new Trial(Task.RERANKING, "iaa-l", Samples.BUDGET, 1e-3, 1);
    String html =
        write(
            folder,
            List.of(probed(null, Samples.finished(trial, new double[] {0.1, 0.4}, 0.3, 0.5))));
    assertThat(row(parsed(html), "displacement cosine", "iaa-l"))
        .containsExactly("iaa-l", "1", "0.250", "–", "–");
    assertThat(row(parsed(html), "range of loss", "iaa-l")).containsSequence("iaa-l", "0.250");
    assertThat(Files.readString(folder.resolve("results.json")))
        .contains("\"directions\"")
        .doesNotContain("displacementCosine");
  }

  @Test
  void anUnfinishedGridIsReportedAsOne(@TempDir Path folder) throws Exception {
    String html =
        write(
            folder,
            List.of(
                run("iaa-l", Samples.BUDGET, 1e-3, 1, 0.4, 0.3, 0.5),
                Samples.diverged(Samples.trial("lora", 0.0054, 1e-2, 1))));
    assertThat(html)
        .contains("0.400 (n = 1)")
        .contains("There is no result of full fine-tuning")
        .contains("No run at the selected rate finished: lora at 0.54 %.")
        .contains("Only one learning rate was tried: iaa-l at 6.73 %, lora at 0.54 %.");
    assertThat(row(parsed(html), "way to full", "lora")).containsSequence("0", "–", "–");
    assertThat(write(folder, List.of())).contains("There is no result yet.");
  }
}
