package dev.freshet.model.service;

import java.nio.file.Path;

/** Keeps the built-in backbone that tests use inside the build folder. */
final class Caches {
  private Caches() {}

  static void useBuildFolder() {
    System.setProperty("freshet.cache", Path.of("target", "freshet-cache").toString());
  }
}
