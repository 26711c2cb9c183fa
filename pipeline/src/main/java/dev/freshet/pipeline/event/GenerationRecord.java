package dev.freshet.pipeline.event;

import java.time.Instant;

/**
 * What {@code models} says of a generation.
 *
 * @param generation its number: the record's key
 * @param state where it stands in its life
 * @param fingerprint identity of the model: equal for two encoders whose vectors may be compared
 * @param description the model in one line, for people
 * @param time when this was announced
 */
public record GenerationRecord(
    int generation, GenerationState state, String fingerprint, String description, Instant time) {}
