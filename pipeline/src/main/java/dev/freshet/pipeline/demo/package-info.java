/**
 * The whole loop, shown: documents stream in, simulated users search and click, generations roll.
 * Start at {@link dev.freshet.pipeline.demo.Demo}.
 */
@NullMarked
package dev.freshet.pipeline.demo;

import org.jspecify.annotations.NullMarked;
