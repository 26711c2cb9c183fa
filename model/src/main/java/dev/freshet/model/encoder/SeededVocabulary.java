package dev.freshet.model.encoder;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A WordPiece vocabulary by rule: single characters, and pairs and triples of the letters a to z,
 * each as the start of a word and, behind {@code ##}, as its continuation. Longest match first then
 * splits any word into triples of letters ({@code str ##eam ##ing}), so texts that share words or
 * parts of them share tokens.
 */
final class SeededVocabulary {
  static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
  private static final String UNKNOWN = "[UNK]";
  private static final String FIRST = "[CLS]";
  private static final String LAST = "[SEP]";
  private static final String CONTINUATION = "##";

  private SeededVocabulary() {}

  /** All pieces; a piece's place is its id. */
  static List<String> pieces() {
    List<String> grams = new ArrayList<>();
    singles().forEach(grams::add);
    for (char a = 'a'; a <= 'z'; a++) {
      for (char b = 'a'; b <= 'z'; b++) {
        grams.add("" + a + b);
        for (char c = 'a'; c <= 'z'; c++) {
          grams.add("" + a + b + c);
        }
      }
    }
    List<String> pieces = new ArrayList<>(SPECIAL);
    pieces.addAll(grams);
    grams.forEach(gram -> pieces.add(CONTINUATION + gram));
    return pieces;
  }

  /** Printable ASCII without capitals, which the normaliser lowers, and small letters beyond it. */
  private static List<String> singles() {
    IntStream ascii = IntStream.rangeClosed('!', '~').filter(c -> !Character.isUpperCase(c));
    IntStream latin = IntStream.rangeClosed(0xDF, 0xFF);
    IntStream greek = IntStream.rangeClosed(0x3B1, 0x3C9);
    IntStream cyrillic = IntStream.rangeClosed(0x430, 0x45F);
    IntStream letters = IntStream.concat(latin, IntStream.concat(greek, cyrillic));
    return IntStream.concat(ascii, letters.filter(Character::isLowerCase))
        .mapToObj(Character::toString)
        .toList();
  }

  /** The {@code tokenizer.json} over {@link #pieces}. */
  static ObjectNode tokenizer() {
    List<String> pieces = pieces();
    ObjectNode root = JsonFiles.JSON.createObjectNode().put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (int id = 0; id < SPECIAL.size(); id++) {
      ObjectNode token = added.addObject().put("id", id).put("content", SPECIAL.get(id));
      token.put("single_word", false).put("lstrip", false).put("rstrip", false);
      token.put("normalized", false).put("special", true);
    }
    ObjectNode normalizer = root.putObject("normalizer").put("type", "BertNormalizer");
    normalizer.put("clean_text", true).put("handle_chinese_chars", true);
    normalizer.putNull("strip_accents").put("lowercase", true);
    root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    template(root.putObject("post_processor"));
    ObjectNode decoder = root.putObject("decoder").put("type", "WordPiece");
    decoder.put("prefix", CONTINUATION).put("cleanup", true);
    ObjectNode model = root.putObject("model").put("type", "WordPiece");
    model.put("unk_token", UNKNOWN).put("continuing_subword_prefix", CONTINUATION);
    model.put("max_input_chars_per_word", 100);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < pieces.size(); id++) {
      vocabulary.put(pieces.get(id), id);
    }
    return root;
  }

  private static void template(ObjectNode processor) {
    processor.put("type", "TemplateProcessing");
    ArrayNode single = processor.putArray("single");
    special(single, FIRST, 0);
    sequence(single, "A", 0);
    special(single, LAST, 0);
    ArrayNode pair = processor.putArray("pair");
    special(pair, FIRST, 0);
    sequence(pair, "A", 0);
    special(pair, LAST, 0);
    sequence(pair, "B", 1);
    special(pair, LAST, 1);
    ObjectNode tokens = processor.putObject("special_tokens");
    for (String token : List.of(FIRST, LAST)) {
      ObjectNode node = tokens.putObject(token).put("id", token);
      node.putArray("ids").add(SPECIAL.indexOf(token));
      node.putArray("tokens").add(token);
    }
  }

  private static void special(ArrayNode template, String token, int type) {
    template.addObject().putObject("SpecialToken").put("id", token).put("type_id", type);
  }

  private static void sequence(ArrayNode template, String id, int type) {
    template.addObject().putObject("Sequence").put("id", id).put("type_id", type);
  }
}
