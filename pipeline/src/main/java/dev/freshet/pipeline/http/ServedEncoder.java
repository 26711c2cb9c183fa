package dev.freshet.pipeline.http;

import dev.freshet.model.encoder.Encoder;

/**
 * The encoder behind the served vectors.
 *
 * @param generation the generation whose vectors it makes
 * @param encoder shared, not owned
 */
public record ServedEncoder(int generation, Encoder encoder) {}
