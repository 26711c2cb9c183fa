/** The registry of module checkpoints on the file systems that Flink reaches. */
@NullMarked
package dev.freshet.pipeline.registry;

import org.jspecify.annotations.NullMarked;
