package dev.freshet.training.corpus;

import java.util.List;
import java.util.Set;

/** A section of a world file; its line is that of its heading. */
record WorldSection(String file, int line, String name, List<WorldEntry> entries) {

  /**
   * @throws MalformedLineException when an entry has another key, which would be an entry that
   *     nothing reads
   */
  WorldSection requireKeys(Set<String> known) {
    for (WorldEntry entry : entries) {
      if (!known.contains(entry.key())) {
        throw entry.refused(
            "is not a key of this file, which are " + known.stream().sorted().toList());
      }
    }
    return this;
  }

  /** All entries of a key, at least that many. */
  List<WorldEntry> atLeast(int least, String key) {
    List<WorldEntry> found = entries.stream().filter(entry -> entry.key().equals(key)).toList();
    if (found.size() < least) {
      throw refused("needs at least %d lines of %s, has %d".formatted(least, key, found.size()));
    }
    return found;
  }

  /** The only entry of a key. */
  WorldEntry one(String key) {
    List<WorldEntry> found = atLeast(1, key);
    if (found.size() > 1) {
      throw found.get(1).refused("comes twice in " + name);
    }
    return found.get(0);
  }

  /** The alternatives of the only entry of a key, at least that many. */
  List<String> alternatives(int least, String key) {
    WorldEntry entry = one(key);
    List<String> alternatives = entry.alternatives();
    if (alternatives.size() < least) {
      throw entry.refused(
          "needs at least %d alternatives, has %d".formatted(least, alternatives.size()));
    }
    return alternatives;
  }

  MalformedLineException refused(String reason) {
    return new MalformedLineException(file, line, name + " " + reason);
  }
}
