package dev.freshet.pipeline.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The names under which the environment sets what the file can set. */
final class EnvironmentNames {
  static final String PREFIX = "FRESHET_";

  /** Variables of the launcher and of the clients: no settings, but no mistakes either. */
  static final Set<String> NOT_SETTINGS =
      Set.of(
          "FRESHET_JAVA_OPTS", "FRESHET_CACHE", "FRESHET_CONFIG", "FRESHET_URL", "FRESHET_API_KEY");

  /**
   * What Kubernetes tells every container of a namespace about a service whose name begins with
   * freshet: no settings, and nobody's mistake.
   */
  private static final Pattern OF_SERVICES =
      Pattern.compile(".*_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_.*)?)");

  /** As it tells of the service's address, under a name that may be one of ours. */
  private static final Pattern ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

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
          if (name.startsWith(PREFIX) && !NOT_SETTINGS.contains(name) && !isOfService(name, text)) {
            found.put(path(name, paths, groups), Map.entry(name, text));
          }
        });
    return found;
  }

  private static boolean isOfService(String name, String text) {
    return OF_SERVICES.matcher(name).matches()
        || (name.endsWith("_PORT") && ADDRESS.matcher(text).matches());
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
