/** The vector store against other engines, on the same vectors in the same run. */
@NullMarked
package dev.freshet.tests.bench.store;

import org.jspecify.annotations.NullMarked;
