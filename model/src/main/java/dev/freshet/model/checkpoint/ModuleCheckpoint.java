package dev.freshet.model.checkpoint;

/**
 * The modules of one generation, checked.
 *
 * @param generation its number
 * @param manifest what is known about them
 * @param tensors the trainable tensors and nothing else
 */
public record ModuleCheckpoint(int generation, ModuleManifest manifest, SafetensorsFile tensors) {}
