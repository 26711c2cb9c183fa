/**
 * What is kept of models on disk: safetensors files, read memory-mapped and written in one pass,
 * and the registry of module checkpoints, one a generation.
 */
@NullMarked
package dev.freshet.model.checkpoint;

import org.jspecify.annotations.NullMarked;
