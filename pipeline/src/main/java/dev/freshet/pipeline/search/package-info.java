/** Searching one generation: filters, the query's vector, hits with their documents. */
@NullMarked
package dev.freshet.pipeline.search;

import org.jspecify.annotations.NullMarked;
