/** Nearest-neighbour search over the vectors of one generation, in memory. */
@NullMarked
package dev.freshet.pipeline.ann;

import org.jspecify.annotations.NullMarked;
