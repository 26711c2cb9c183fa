package dev.freshet.training.lab;

import org.jspecify.annotations.Nullable;

/**
 * What was looked at beside the training; null where it was not.
 *
 * @param directions whether modules pull in one direction
 * @param smoothness of the loss along the steps
 * @param landscape of the loss around the trained modules
 */
public record Probes(
    @Nullable Directions directions,
    @Nullable Smoothness smoothness,
    @Nullable Landscape landscape) {
  public static final Probes NONE = new Probes(null, null, null);
}
