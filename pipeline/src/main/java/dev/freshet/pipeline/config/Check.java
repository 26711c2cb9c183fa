package dev.freshet.pipeline.config;

import java.time.Duration;

/**
 * The rules that the records share. A message starts with the field's name, so that the loader can
 * put the path before it.
 */
final class Check {
  private Check() {}

  static void require(boolean holds, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(rule + ", was " + value);
    }
  }

  static void between(String name, long value, long least, long most) {
    require(
        value >= least && value <= most, name + " must be from " + least + " to " + most, value);
  }

  /** Like {@link #between}, said in units that people read. */
  static void bytesBetween(String name, long value, long least, long most) {
    require(
        value >= least && value <= most,
        name + " must be from " + Values.formatBytes(least) + " to " + Values.formatBytes(most),
        Values.formatBytes(value));
  }

  static void atLeast(String name, Duration value, Duration least) {
    require(
        value.compareTo(least) >= 0,
        name + " must be at least " + Values.formatDuration(least),
        Values.formatDuration(value));
  }

  static void between(String name, Duration value, Duration least, Duration most) {
    require(
        value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
        name
            + " must be from "
            + Values.formatDuration(least)
            + " to "
            + Values.formatDuration(most),
        Values.formatDuration(value));
  }

  static void port(String name, int value) {
    between(name, value, 0, 65_535);
  }
}
