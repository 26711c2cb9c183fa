package dev.freshet.training.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A {@link Setting} on disk, without what was measured in it:
 *
 * <pre>{@code
 * {"collection": {"name": str, "documents": int, "trainQueries": int, "validationQueries": int,
 *                 "testQueries": int, "sha256": str},
 *  "backbone": {"name": str, "sha256": str, "tokenizer": str, "pooling": str,
 *               "queryPrefix": str, "passagePrefix": str, "layers": int, "hidden": int,
 *               "parameters": int, "device": str},
 *  "plan": {item: str}}
 * }</pre>
 */
final class SettingFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String BACKBONE = "backbone";

  /** Nobody knows anything by its hash: what it is of is what somebody changed. */
  private static final Map<String, String> SPELLED_OUT =
      Map.of(
          "collection sha256", "collection sha256 of documents, queries and judgements",
          "backbone sha256", "backbone sha256 of weights",
          "backbone tokenizer", "backbone sha256 of tokenizer.json");

  private final Path file;

  SettingFile(Path file) {
    this.file = file;
  }

  static ObjectNode json(Setting setting) {
    ObjectNode json = JSON.createObjectNode();
    json.set("collection", JSON.valueToTree(setting.collection()));
    json.set(BACKBONE, JSON.valueToTree(setting.backbone()));
    json.set("plan", JSON.valueToTree(setting.plan()));
    return json;
  }

  /**
   * Writes the setting where there is none yet.
   *
   * @throws IllegalArgumentException when another is there, with all that differs
   */
  void requireSame(Setting setting) throws IOException {
    ObjectNode now = json(setting);
    if (!Files.exists(file)) {
      AtomicFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(now) + "\n");
      return;
    }
    JsonNode before = JSON.readTree(Files.readString(file));
    List<String> differences = new ArrayList<>();
    for (String group : now.properties().stream().map(Map.Entry::getKey).toList()) {
      differences.addAll(differences(group, before.path(group), now.path(group)));
    }
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "%s holds trials with %s: go on with the same, or choose another folder"
              .formatted(file.toAbsolutePath().getParent(), String.join("; ", differences)));
    }
  }

  private static List<String> differences(String group, JsonNode before, JsonNode now) {
    List<String> differences = new ArrayList<>();
    Set<String> keys = new LinkedHashSet<>();
    before.fieldNames().forEachRemaining(keys::add);
    now.fieldNames().forEachRemaining(keys::add);
    for (String key : keys) {
      // As text: a number that was read may be an int where it was a long.
      String was = text(before.path(key));
      String is = text(now.path(key));
      if (isOlder(group, before.path(key))) {
        continue;
      }
      if (!was.equals(is)) {
        String name = group + " " + key;
        differences.add(
            "%s = %s, now it is %s".formatted(SPELLED_OUT.getOrDefault(name, name), was, is));
      }
    }
    return differences;
  }

  /** Builds before this one wrote less of a backbone down; its weights are what they were. */
  private static boolean isOlder(String group, JsonNode before) {
    return group.equals(BACKBONE) && before.isMissingNode();
  }

  private static String text(JsonNode value) {
    return value.isMissingNode() ? "nothing" : value.toString();
  }
}
