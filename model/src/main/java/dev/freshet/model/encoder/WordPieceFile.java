package dev.freshet.model.encoder;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The {@code tokenizer.json} of a BERT model: small letters, no accents, WordPiece. */
public final class WordPieceFile {
  /** The pieces that no text has, first in every vocabulary. */
  public static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  /** What a piece begins with that is not the start of a word. */
  public static final String CONTINUATION = "##";

  private static final String UNKNOWN = "[UNK]";
  private static final String FIRST = "[CLS]";
  private static final String LAST = "[SEP]";

  private WordPieceFile() {}

  /**
   * The {@code tokenizer.json} over a vocabulary.
   *
   * @param pieces a piece's place is its id; the {@link #SPECIAL} ones come first
   * @throws IllegalArgumentException when they do not, or a piece stands there twice
   */
  public static ObjectNode json(List<String> pieces) {
    if (pieces.size() < SPECIAL.size() || !pieces.subList(0, SPECIAL.size()).equals(SPECIAL)) {
      throw new IllegalArgumentException("a vocabulary must begin with " + SPECIAL);
    }
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
      if (vocabulary.has(pieces.get(id))) {
        throw new IllegalArgumentException(
            "two pieces '%s' in a vocabulary".formatted(pieces.get(id)));
      }
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
