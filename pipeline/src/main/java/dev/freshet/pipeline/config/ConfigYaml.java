package dev.freshet.pipeline.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/** The configuration file: nested YAML from and to flat paths. */
final class ConfigYaml {
  /** Written in the place of a secret. */
  static final String HIDDEN = "(hidden)";

  private static final ObjectMapper MAPPER =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i).*(apikey|password|passphrase|secret|jaas|credential|private|user\\.info"
              + "|\\.key$|token$).*");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/-]+(:[A-Za-z0-9._/-]+)*");

  private ConfigYaml() {}

  /** The settings in the file by path; not yet checked against the schema but for their shape. */
  static Map<String, String> read(Path file) {
    String name = String.valueOf(file.getFileName());
    if (!Files.isRegularFile(file)) {
      throw new InvalidConfigException("configuration file " + file + " does not exist");
    }
    try (InputStream in = Files.newInputStream(file)) {
      JsonNode root = MAPPER.readTree(in);
      Map<String, String> flat = new LinkedHashMap<>();
      if (root.isMissingNode() || root.isNull()) {
        return flat;
      }
      if (!root.isObject()) {
        throw new InvalidConfigException(
            name + ": must hold keys such as 'kafka:', was " + kind(root));
      }
      flatten(name, "", root, flat);
      return flat;
    } catch (JsonProcessingException e) {
      throw new InvalidConfigException(name + ": not valid YAML" + where(e), e);
    } catch (IOException e) {
      throw new InvalidConfigException("cannot read configuration file " + file + ": " + e, e);
    }
  }

  private static String where(JsonProcessingException e) {
    String at =
        e.getLocation() == null
            ? ""
            : " at line %d, column %d"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return at + ": " + String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
  }

  private static void flatten(String name, String path, JsonNode node, Map<String, String> flat) {
    ConfigSchema.Setting setting = ConfigSchema.INSTANCE.find(path);
    boolean section = path.isEmpty() || ConfigSchema.INSTANCE.isSection(path);
    boolean leaf = setting != null && !setting.isGroup();
    boolean text = setting != null && leaf && setting.type() == String.class;
    if (text && node.isArray() && !node.isEmpty()) {
      flat.put(path, joined(name, path, node));
      return;
    }
    if (setting != null && (node.isArray() || (leaf && node.isObject()))) {
      throw wrongKind(name, path, Values.kind(setting.type()), node);
    }
    if (node.isObject() && (!node.isEmpty() || section || setting != null)) {
      node.properties()
          .forEach(
              field ->
                  flatten(
                      name,
                      path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                      field.getValue(),
                      flat));
    } else if (section || (setting != null && setting.path().equals(path) && setting.isGroup())) {
      if (!node.isNull()) {
        throw wrongKind(name, path, "a mapping of keys to values", node);
      }
    } else if (!node.isNull() || setting == null) {
      // An unknown key without a value is still a mistake.
      flat.put(path, node.asText());
    }
  }

  /** A list of numbers or texts is the same as the text with commas between them. */
  private static String joined(String name, String path, JsonNode list) {
    List<String> texts = new ArrayList<>();
    for (JsonNode each : list) {
      if (!each.isValueNode() || each.isNull()) {
        throw wrongKind(name, path, "a text or a list of texts", list);
      }
      texts.add(each.asText());
    }
    return String.join(",", texts);
  }

  private static InvalidConfigException wrongKind(
      String name, String path, String expected, JsonNode node) {
    return new InvalidConfigException(
        name + ": " + path + " must be " + expected + ", was " + kind(node));
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT -> "a mapping";
      default -> "'" + node.asText() + "'";
    };
  }

  /** The whole configuration with what each setting means; secrets hidden. */
  static String write(FreshetConfig config) {
    Map<String, String> values = config.toMap();
    Map<String, String> defaults = FreshetConfig.defaults().toMap();
    Properties descriptions = descriptions();
    StringBuilder yaml = new StringBuilder(2_048);
    String section = "";
    for (ConfigSchema.Setting setting : ConfigSchema.INSTANCE.settings().values()) {
      String path = setting.path();
      int dot = path.indexOf('.');
      String own = dot < 0 ? "" : path.substring(0, dot);
      if (!own.equals(section)) {
        yaml.append(String.format(Locale.ROOT, "%n# %s%n%s:%n", text(descriptions, own), own));
        section = own;
      }
      String indent = dot < 0 ? "" : "  ";
      yaml.append(indent).append("# ").append(text(descriptions, path));
      String standard = defaults.get(path);
      if (standard != null && !standard.equals(values.get(path))) {
        yaml.append(" (default ").append(standard).append(')');
      }
      yaml.append(System.lineSeparator());
      setting(yaml, indent, setting, path.substring(dot + 1), values);
    }
    return yaml.toString();
  }

  private static void setting(
      StringBuilder yaml,
      String indent,
      ConfigSchema.Setting setting,
      String key,
      Map<String, String> values) {
    String newLine = System.lineSeparator();
    if (!setting.isGroup()) {
      String value = values.get(setting.path());
      String shown = value == null ? "null" : shown(setting.path(), value);
      yaml.append(indent).append(key).append(": ").append(shown).append(newLine);
      return;
    }
    String prefix = setting.path() + ".";
    boolean empty = values.keySet().stream().noneMatch(path -> path.startsWith(prefix));
    yaml.append(indent).append(key).append(empty ? ": {}" : ":").append(newLine);
    values.forEach(
        (path, value) -> {
          if (path.startsWith(prefix)) {
            String name = path.substring(prefix.length());
            yaml.append(indent).append("  ").append(name).append(": ");
            yaml.append(shown(path, value)).append(newLine);
          }
        });
  }

  static boolean isSecret(String path) {
    return SECRET.matcher(path).matches();
  }

  private static String shown(String path, String value) {
    String text = isSecret(path) ? HIDDEN : value;
    if (PLAIN.matcher(text).matches() && !text.matches("(?i)null|true|false|yes|no|on|off")) {
      return text;
    }
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  /** What each section and setting means, by path. */
  static Properties descriptions() {
    Properties descriptions = new Properties();
    try (InputStream in = ConfigYaml.class.getResourceAsStream("settings.properties")) {
      if (in == null) {
        throw new IllegalStateException("settings.properties is not on the class path");
      }
      descriptions.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return descriptions;
  }

  private static String text(Properties descriptions, String path) {
    return descriptions.getProperty(path, path);
  }
}
