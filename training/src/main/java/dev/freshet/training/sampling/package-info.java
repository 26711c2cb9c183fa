/**
 * What a training step sees: examples, the order in which they come, negatives that are mined for
 * them, and the token sequences of their texts.
 */
@NullMarked
package dev.freshet.training.sampling;

import org.jspecify.annotations.NullMarked;
