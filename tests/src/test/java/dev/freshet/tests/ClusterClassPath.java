package dev.freshet.tests;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What the build made for a Flink cluster; the module's POM says where it is. */
final class ClusterClassPath {
  private ClusterClassPath() {}

  /** What {@code flink run} submits. */
  static Path jobJar() {
    return property("freshet.job.jar");
  }

  /** What a node of the cluster has in its {@code lib/}: Flink's own jars and what we add. */
  static List<Path> lib() throws IOException {
    var entries = new ArrayList<Path>();
    // In the order of a Flink distribution, whose own jar stands last.
    for (String property : List.of("freshet.flink.lib", "freshet.flink")) {
      Arrays.stream(Files.readString(property(property)).strip().split(File.pathSeparator))
          .map(Path::of)
          .forEach(entries::add);
    }
    return entries;
  }

  private static Path property(String name) {
    return Path.of(
        Objects.requireNonNull(System.getProperty(name), name + " is set by the POM of tests"));
  }
}
