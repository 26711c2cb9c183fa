/** A small BERT from scratch: vocabulary, masked language, contrast. */
@NullMarked
package dev.freshet.training.pretrain;

import org.jspecify.annotations.NullMarked;
