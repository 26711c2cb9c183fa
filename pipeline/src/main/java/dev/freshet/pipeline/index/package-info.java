/** The index job: documents in, vectors of one generation out. */
@NullMarked
package dev.freshet.pipeline.index;

import org.jspecify.annotations.NullMarked;
