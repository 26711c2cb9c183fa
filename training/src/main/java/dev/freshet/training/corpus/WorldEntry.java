package dev.freshet.training.corpus;

import java.util.Arrays;
import java.util.List;

/** A line {@code key: value} of a world file. */
record WorldEntry(String file, int line, String key, String value) {

  /** What stands between bars. */
  List<String> alternatives() {
    List<String> parts = Arrays.stream(value.split("\\|", -1)).map(String::strip).toList();
    if (parts.contains("")) {
      throw refused("has an empty alternative");
    }
    return parts;
  }

  MalformedLineException refused(String reason) {
    return new MalformedLineException(file, line, key + " " + reason);
  }
}
