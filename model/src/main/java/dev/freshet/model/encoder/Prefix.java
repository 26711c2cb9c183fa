package dev.freshet.model.encoder;

import ai.djl.ndarray.NDArray;

/**
 * Keys and values that every token of every sequence attends to before its own sequence's.
 *
 * @param key {@code [length, hidden]}, heads side by side
 * @param value {@code [length, hidden]}, heads side by side
 */
public record Prefix(NDArray key, NDArray value) {}
