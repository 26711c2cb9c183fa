/**
 * The tune job: searches and clicks become interactions, interactions become generations. Start at
 * {@link dev.freshet.pipeline.tune.TuneJob}.
 */
@NullMarked
package dev.freshet.pipeline.tune;

import org.jspecify.annotations.NullMarked;
