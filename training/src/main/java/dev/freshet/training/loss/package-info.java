/** What training makes smaller: losses over vectors and scores. */
@NullMarked
package dev.freshet.training.loss;

import org.jspecify.annotations.NullMarked;
