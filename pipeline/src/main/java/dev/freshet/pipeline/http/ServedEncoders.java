package dev.freshet.pipeline.http;

import dev.freshet.model.encoder.Encoder;

/**
 * The encoders of the served generation, shared and not owned.
 *
 * @param generation its number
 * @param queries makes the vectors that searches search with
 * @param documents makes the vectors that they are compared with
 */
public record ServedEncoders(int generation, Encoder queries, Encoder documents) {}
