package dev.freshet.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassageCutterTest {
  private static final int WINDOW = 32;
  private static final int OVERLAP = 6;

  @TempDir static Path folder;
  private static TextTokenizer tokenizer;

  @BeforeAll
  static void open() {
    SeededBackbone.write(folder, new BackboneShape(1, 8, 2, 8, 64), 1, null);
    tokenizer = new TextTokenizer(folder.resolve("tokenizer.json"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static PassageCutter cutter(int maxPassages) {
    return new PassageCutter(tokenizer, WINDOW, OVERLAP, maxPassages, "", "");
  }

  private static String words(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      for (int letters = 1 + random.nextInt(12); letters > 0; letters--) {
        text.append((char) ('a' + random.nextInt(26)));
      }
      text.append(i % 7 == 0 ? ". " : " ");
    }
    return text.toString();
  }

  /** Letters, spaces, controls, lone surrogates, emoji, combining marks and CJK in any order. */
  private static String anything(Random random) {
    StringBuilder text = new StringBuilder("x");
    for (int i = random.nextInt(400); i > 0; i--) {
      switch (random.nextInt(8)) {
        case 0 -> text.append(' ');
        case 1 -> text.append((char) random.nextInt(32));
        case 2 -> text.append((char) (0xD800 + random.nextInt(0x800)));
        case 3 -> text.appendCodePoint(0x1F600 + random.nextInt(64));
        case 4 -> text.append("e\u0301");
        case 5 -> text.append((char) (0x4E00 + random.nextInt(99)));
        default -> text.append((char) ('a' + random.nextInt(26)));
      }
    }
    return text.toString();
  }

  private static void assertCovers(List<Passage> passages, String text) {
    assertThat(passages).isNotEmpty();
    assertThat(passages.get(0).start()).isZero();
    assertThat(passages.get(passages.size() - 1).end()).isEqualTo(text.length());
    int covered = 0;
    int start = -1;
    for (Passage passage : passages) {
      assertThat(passage.start()).isGreaterThanOrEqualTo(start).isLessThanOrEqualTo(covered);
      assertThat(passage.end()).isGreaterThanOrEqualTo(covered);
      assertThat(passage.tokens()).hasSizeBetween(2, WINDOW);
      assertThat(passage.tokens()).startsWith(tokenizer.firstToken());
      assertThat(passage.tokens()).endsWith(tokenizer.lastToken());
      start = passage.start();
      covered = passage.end();
    }
  }

  @Test
  void rangesCoverAnyTextInOrder() {
    Random random = new Random(11);
    for (int round = 0; round < 300; round++) {
      String text = round % 2 == 0 ? anything(random) : words(random, 1 + random.nextInt(120));
      String title = round % 3 == 0 ? words(random, 5) : "";
      assertCovers(cutter(1000).cut(title, text), text);
    }
  }

  @Test
  void everyPassageIsWhatItsRangeTokenisesTo() {
    Random random = new Random(12);
    String text = words(random, 300);
    for (Passage passage : cutter(1000).cut("", text)) {
      int[] own = tokenizer.tokenize(text.substring(passage.start(), passage.end())).ids();
      int[] body = Arrays.copyOfRange(passage.tokens(), 1, passage.tokens().length - 1);
      assertThat(body).isEqualTo(own);
    }
  }

  @Test
  void cutsFallBeforeWords() {
    String text = words(new Random(13), 300);
    List<Passage> passages = cutter(1000).cut("", text);
    assertThat(passages).hasSizeGreaterThan(20);
    for (Passage passage : passages.subList(1, passages.size())) {
      char before = text.charAt(passage.start() - 1);
      assertThat(before == ' ' || text.charAt(passage.start()) == '.').isTrue();
    }
  }

  @Test
  void neighboursShareTokens() {
    String text = words(new Random(14), 300);
    List<Passage> passages = cutter(1000).cut("", text);
    int overlapping = 0;
    for (int i = 1; i < passages.size(); i++) {
      overlapping += passages.get(i).start() < passages.get(i - 1).end() ? 1 : 0;
    }
    assertThat(overlapping).isGreaterThan(passages.size() / 2);
  }

  @Test
  void oneEndlessWordIsCutInsideIt() {
    String text = "ab".repeat(49); // a longer word would be one unknown token
    assertCovers(cutter(1000).cut("", text), text);
    assertThat(cutter(1000).cut("", text)).hasSizeGreaterThan(1);
  }

  @Test
  void titleStandsBeforeEveryShareAndTakesAQuarterAtMost() {
    String title = "one two three four five six seven eight nine ten eleven twelve";
    int[] quarter = Arrays.copyOf(tokenizer.tokenize(title).ids(), WINDOW / 4);
    List<Passage> passages = cutter(1000).cut(title, words(new Random(15), 60));
    assertThat(passages).hasSizeGreaterThan(2);
    for (Passage passage : passages) {
      assertThat(Arrays.copyOfRange(passage.tokens(), 1, 1 + WINDOW / 4)).isEqualTo(quarter);
    }
  }

  @Test
  void textOfNothingKnownIsOnePassage() {
    for (String text : new String[] {"\u0001\u0002", "\uD83D", "\uDE00\uD83D", "\uFFFD"}) {
      List<Passage> passages = cutter(10).cut("", text);
      assertCovers(passages, text);
      assertThat(passages).hasSize(1);
    }
  }

  @Test
  void passagesAreLimited() {
    String text = words(new Random(16), 300);
    List<Passage> all = cutter(1000).cut("", text);
    List<Passage> some = cutter(3).cut("", text);
    assertThat(some).hasSize(3);
    assertThat(some.get(2).end()).isEqualTo(all.get(2).end());
  }

  @Test
  void prefixesStandBeforeQueryAndPassage() {
    PassageCutter cutter = new PassageCutter(tokenizer, WINDOW, 0, 9, "query: ", "passage: ");
    assertThat(cutter.query("rivers")).isEqualTo(framed("query: rivers"));
    assertThat(cutter.cut("", "rivers").get(0).tokens()).isEqualTo(framed("passage: rivers"));
    assertThat(cutter.query(words(new Random(17), 99))).hasSize(WINDOW);
    assertThat(cutter.query("")).isEqualTo(framed("query: "));
  }

  private static int[] framed(String text) {
    int[] body = tokenizer.tokenize(text).ids();
    int[] framed = new int[body.length + 2];
    framed[0] = tokenizer.firstToken();
    System.arraycopy(body, 0, framed, 1, body.length);
    framed[framed.length - 1] = tokenizer.lastToken();
    return framed;
  }

  @Test
  void smallestWindowStillAdvances() {
    PassageCutter tiny = new PassageCutter(tokenizer, 8, 2, 1000, "a b", "a b");
    String text = words(new Random(18), 40);
    List<Passage> passages = tiny.cut("one two three", text);
    assertThat(passages.get(passages.size() - 1).end()).isEqualTo(text.length());
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32, 64, 128, 256})
  void defaultOverlapSuitsEveryWindow(int window) {
    int asked = EncoderSettings.defaults().passageOverlap();
    String text = words(new Random(19), 600);
    List<Passage> some = new PassageCutter(tokenizer, window, asked, 1000, "", "").cut("", text);
    List<Passage> quarter =
        new PassageCutter(tokenizer, window, Math.min(asked, window / 4), 1000, "", "")
            .cut("", text);
    assertThat(some.stream().map(Passage::start))
        .containsExactlyElementsOf(quarter.stream().map(Passage::start).toList());
    assertThat(some.get(some.size() - 1).end()).isEqualTo(text.length());
  }

  @Test
  void refusesWhatLeavesNoRoomForText() {
    assertThatThrownBy(() -> new PassageCutter(tokenizer, 16, 2, 1, "", "one two three four five"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("passagePrefix")
        .hasMessageContaining("that is 4, was");
    assertThatThrownBy(() -> cutter(1).cut("title", " \n"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
