/**
 * Words beside vectors: a Lucene index of one generation's documents. It is derived from the store,
 * and never asked what is true.
 */
@NullMarked
package dev.freshet.pipeline.lexical;

import org.jspecify.annotations.NullMarked;
