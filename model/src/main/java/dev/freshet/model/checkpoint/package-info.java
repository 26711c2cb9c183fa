/** Tensors on disk: safetensors files, read memory-mapped and written in one pass. */
@NullMarked
package dev.freshet.model.checkpoint;

import org.jspecify.annotations.NullMarked;
