/** How trainable tensors are changed: gradients, AdamW, learning rates, and the loop of steps. */
@NullMarked
package dev.freshet.training.optimise;

import org.jspecify.annotations.NullMarked;
