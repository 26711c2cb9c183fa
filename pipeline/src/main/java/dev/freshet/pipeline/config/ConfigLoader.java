package dev.freshet.pipeline.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the configuration from defaults, a YAML file, the environment and overrides, each over the
 * one before. Whatever is not understood stops the start: a setting that is silently ignored is
 * found out in production.
 */
public final class ConfigLoader {
  private ConfigLoader() {}

  /**
   * Loads and validates.
   *
   * @param file YAML file, or null for none
   * @param environment variables; those that start with {@code FRESHET_} count
   * @param overrides values by path, for instance from the command line
   * @throws InvalidConfigException when the file cannot be read, a key is not known or a value does
   *     not fit
   */
  public static FreshetConfig load(
      @Nullable Path file, Map<String, String> environment, Map<String, String> overrides) {
    return load(Map.of(), file, environment, overrides);
  }

  /**
   * As the other, with other defaults of one command.
   *
   * @param defaults values by path, which fit
   */
  static FreshetConfig load(
      Map<String, String> defaults,
      @Nullable Path file,
      Map<String, String> environment,
      Map<String, String> overrides) {
    Map<String, String> values = new LinkedHashMap<>(defaults);
    Map<String, String> sources = new LinkedHashMap<>();
    if (file != null) {
      String source = String.valueOf(file.getFileName());
      ConfigYaml.read(file)
          .forEach((path, text) -> put(values, sources, requireKnown(path, source), text, source));
    }
    EnvironmentNames.read(environment)
        .forEach(
            (path, variable) -> put(values, sources, path, variable.getValue(), variable.getKey()));
    String commandLine = "command line";
    overrides.forEach(
        (path, text) -> put(values, sources, requireKnown(path, commandLine), text, commandLine));
    sources.forEach((path, source) -> requireShown(path, values.getOrDefault(path, ""), source));
    try {
      return ConfigSchema.INSTANCE.bind(values);
    } catch (ConfigSchema.SettingException e) {
      String source = sources.getOrDefault(e.path(), "configuration");
      throw new InvalidConfigException(source + ": " + e.reason(), e);
    }
  }

  private static void put(
      Map<String, String> values,
      Map<String, String> sources,
      String path,
      String text,
      String source) {
    values.put(path, text);
    sources.put(path, source);
  }

  /** A printed configuration that is read again must not make a key of what anybody can guess. */
  private static void requireShown(String path, String text, String source) {
    if (text.equals(ConfigYaml.HIDDEN) && ConfigYaml.isSecret(path)) {
      throw new InvalidConfigException(
          "%s: %s is '%s', which is printed in the place of a secret: write the secret itself, or leave the key out and set its variable"
              .formatted(source, path, ConfigYaml.HIDDEN));
    }
  }

  private static String requireKnown(String path, String source) {
    ConfigSchema.Setting setting = ConfigSchema.INSTANCE.find(path);
    boolean groupItself = setting != null && setting.isGroup() && setting.path().equals(path);
    if (setting == null || groupItself) {
      throw new InvalidConfigException(
          groupItself
              ? source + ": '" + path + "' holds keys; set one of them, as " + path + ".KEY"
              : source
                  + ": unknown key '"
                  + path
                  + "'; "
                  + NearestName.hint(path, knownNear(path)));
    }
    return path;
  }

  /** The paths of the section when the section is known, else all. */
  private static List<String> knownNear(String path) {
    List<String> known = new ArrayList<>(ConfigSchema.INSTANCE.settings().keySet());
    if (NearestName.of(path, known).isEmpty() && path.indexOf('.') > 0) {
      String section = path.substring(0, path.lastIndexOf('.') + 1);
      List<String> inSection = known.stream().filter(name -> name.startsWith(section)).toList();
      return inSection.isEmpty() ? known : inSection;
    }
    return known;
  }
}
