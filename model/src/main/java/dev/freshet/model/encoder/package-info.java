/** BERT over DJL: model folders, tokenizer, forward pass and pooling. */
@NullMarked
package dev.freshet.model.encoder;

import org.jspecify.annotations.NullMarked;
