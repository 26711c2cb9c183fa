package dev.freshet.training.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The text format of the world: sections of entries.
 *
 * <pre>
 * # a comment
 * [name-of-the-section]
 * key: value
 * key: another value
 * </pre>
 *
 * Blank lines and lines that start with # do not count.
 */
final class WorldFile {
  private WorldFile() {}

  /** The text of a resource beside this class. */
  static String resource(String name) {
    try (InputStream in = WorldFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The resource " + name + " is missing beside the classes");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the resource " + name, e);
    }
  }

  /**
   * @param file for messages
   * @throws MalformedLineException when a line is neither a heading nor an entry, when an entry
   *     stands before the first heading, or when two sections have one name
   */
  static List<WorldSection> parse(String file, String text) {
    List<WorldSection> sections = new ArrayList<>();
    Set<String> names = new HashSet<>();
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("[") && line.endsWith("]")) {
        String name = line.substring(1, line.length() - 1);
        if (!names.add(name)) {
          throw new MalformedLineException(file, number, "a second section " + name);
        }
        sections.add(new WorldSection(file, number, name, new ArrayList<>()));
      } else {
        add(entry(file, number, line), sections);
      }
    }
    return sections;
  }

  private static void add(WorldEntry entry, List<WorldSection> sections) {
    if (sections.isEmpty()) {
      throw entry.refused("stands before the first [section]");
    }
    sections.get(sections.size() - 1).entries().add(entry);
  }

  private static WorldEntry entry(String file, int number, String line) {
    int colon = line.indexOf(": ");
    if (colon < 1) {
      throw new MalformedLineException(
          file, number, "must be [section], key: value or # comment, was " + line);
    }
    String key = line.substring(0, colon);
    return new WorldEntry(file, number, key, line.substring(colon + 2).strip());
  }
}
