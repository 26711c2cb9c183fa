package dev.freshet.pipeline.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings, derived from the components of {@link FreshetConfig} and the records in it: a
 * component that is a record is a section, one that is a map takes any key, every other one is a
 * setting.
 */
final class ConfigSchema {
  static final ConfigSchema INSTANCE = new ConfigSchema();

  /**
   * One setting.
   *
   * @param path for instance {@code kafka.partitions}
   * @param type the record component's type; {@link Map} for a group of free keys
   */
  record Setting(String path, Class<?> type) {
    boolean isGroup() {
      return type == Map.class;
    }
  }

  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final List<String> sections = new ArrayList<>();

  private ConfigSchema() {
    collect(FreshetConfig.class, "");
  }

  private void collect(Class<?> type, String prefix) {
    for (RecordComponent component : type.getRecordComponents()) {
      String path = prefix + component.getName();
      if (component.getType().isRecord()) {
        sections.add(path);
        collect(component.getType(), path + ".");
      } else {
        settings.put(path, new Setting(path, component.getType()));
      }
    }
  }

  /** Every setting by its path, in the order of the records. */
  Map<String, Setting> settings() {
    return Collections.unmodifiableMap(settings);
  }

  boolean isSection(String path) {
    return sections.contains(path);
  }

  /** The setting at the path, or the group that the path lies in; null where there is none. */
  @Nullable Setting find(String path) {
    Setting exact = settings.get(path);
    if (exact != null) {
      return exact;
    }
    return settings.values().stream()
        .filter(setting -> setting.isGroup() && path.startsWith(setting.path() + "."))
        .findFirst()
        .orElse(null);
  }

  /** Every value that is not null, as text, by path. */
  Map<String, String> flatten(FreshetConfig config) {
    Map<String, String> flat = new LinkedHashMap<>();
    flatten(config, "", flat);
    return flat;
  }

  private static void flatten(Object holder, String prefix, Map<String, String> flat) {
    for (RecordComponent component : holder.getClass().getRecordComponents()) {
      String path = prefix + component.getName();
      Object value = read(component, holder);
      if (value instanceof Record section) {
        flatten(section, path + ".", flat);
      } else if (value instanceof Map<?, ?> group) {
        new TreeMap<>(group)
            .forEach((key, text) -> flat.put(path + "." + key, String.valueOf(text)));
      } else if (value != null) {
        flat.put(path, Values.format(value));
      }
    }
  }

  /**
   * The configuration that the values make on top of the defaults.
   *
   * @param flat values by known path
   * @throws SettingException naming the path of the first value that does not fit
   */
  FreshetConfig bind(Map<String, String> flat) {
    return (FreshetConfig) bind(FreshetConfig.defaults(), "", flat);
  }

  private static Record bind(Record defaults, String prefix, Map<String, String> flat) {
    RecordComponent[] components = defaults.getClass().getRecordComponents();
    @Nullable Object[] arguments = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String path = prefix + components[i].getName();
      Object value = read(components[i], defaults);
      if (value instanceof Record section) {
        arguments[i] = bind(section, path + ".", flat);
      } else if (value instanceof Map<?, ?>) {
        arguments[i] = group(path + ".", flat);
      } else {
        String text = flat.get(path);
        arguments[i] = text == null ? value : parse(components[i].getType(), path, text);
      }
    }
    return construct(defaults.getClass(), components, arguments, prefix);
  }

  private static Map<String, String> group(String prefix, Map<String, String> flat) {
    Map<String, String> group = new TreeMap<>();
    flat.forEach(
        (path, text) -> {
          if (path.startsWith(prefix)) {
            group.put(path.substring(prefix.length()), text);
          }
        });
    return group;
  }

  private static Object parse(Class<?> type, String path, String text) {
    try {
      return Values.parse(type, text);
    } catch (IllegalArgumentException e) {
      throw new SettingException(path, path + " " + e.getMessage(), e);
    }
  }

  private static Record construct(
      Class<? extends Record> type,
      RecordComponent[] components,
      @Nullable Object[] arguments,
      String prefix) {
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < types.length; i++) {
      types[i] = components[i].getType();
    }
    try {
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException broken) {
        // The rules' messages start with the name of the field.
        String message = prefix + broken.getMessage();
        throw new SettingException(message.split("[ ,]", 2)[0], message, broken);
      }
      throw new IllegalStateException("cannot make " + type, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + type, e);
    }
  }

  private static @Nullable Object read(RecordComponent component, Object holder) {
    try {
      return component.getAccessor().invoke(holder);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  /** A value that does not fit its setting. */
  static final class SettingException extends RuntimeException {
    private final String path;

    SettingException(String path, String message, Throwable cause) {
      super(message, cause);
      this.path = path;
    }

    String path() {
      return path;
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }
}
