package dev.freshet.pipeline.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The names under which the environment sets what the file can set. */
final class EnvironmentNames {
  static final String PREFIX = "FRESHET_";

  /** Variables of the launcher and of the clients: no settings, but no mistakes either. */
  static final Set<String> NOT_SETTINGS =
      Set.of(
          "FRESHET_JAVA_OPTS", "FRESHET_CACHE", "FRESHET_CONFIG", "FRESHET_URL", "FRESHET_API_KEY");

  private EnvironmentNames() {}

  /** {@code kafka.bootstrapServers} is {@code FRESHET_KAFKA_BOOTSTRAP_SERVERS}. */
  static String of(String path) {
    return PREFIX
        + path.replace('.', '_').replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
  }

  /**
   * The settings that the environment makes, by path.
   *
   * @return variable and text by path
   * @throws InvalidConfigException for a variable with our prefix that sets nothing
   */
  static Map<String, Map.Entry<String, String>> read(Map<String, String> environment) {
    Map<String, String> paths = new LinkedHashMap<>();
    Map<String, String> groups = new LinkedHashMap<>();
    for (ConfigSchema.Setting setting : ConfigSchema.INSTANCE.settings().values()) {
      (setting.isGroup() ? groups : paths).put(of(setting.path()), setting.path());
    }
    Map<String, Map.Entry<String, String>> found = new LinkedHashMap<>();
    environment.forEach(
        (name, text) -> {
          if (name.startsWith(PREFIX) && !NOT_SETTINGS.contains(name)) {
            found.put(path(name, paths, groups), Map.entry(name, text));
          }
        });
    return found;
  }

  private static String path(String name, Map<String, String> paths, Map<String, String> groups) {
    String path = paths.get(name);
    if (path != null) {
      return path;
    }
    for (Map.Entry<String, String> group : groups.entrySet()) {
      if (name.startsWith(group.getKey() + "_")) {
        // Kafka's own names are in lower case with dots.
        String key = name.substring(group.getKey().length() + 1).toLowerCase(Locale.ROOT);
        return group.getValue() + "." + key.replace('_', '.');
      }
    }
    throw new InvalidConfigException(
        "environment: unknown variable " + name + "; " + NearestName.hint(name, paths.keySet()));
  }
}
