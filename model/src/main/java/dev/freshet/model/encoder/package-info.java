/** BERT over DJL: model folders, tokenizer, forward pass, pooling and the dynamic batcher. */
@NullMarked
package dev.freshet.model.encoder;

import org.jspecify.annotations.NullMarked;
