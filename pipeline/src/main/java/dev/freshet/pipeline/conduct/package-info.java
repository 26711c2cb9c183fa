/** Starting, watching and stopping jobs. */
@NullMarked
package dev.freshet.pipeline.conduct;

import org.jspecify.annotations.NullMarked;
