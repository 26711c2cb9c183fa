/** The truth of a serve node: documents, vectors and consumed offsets in RocksDB. */
@NullMarked
package dev.freshet.pipeline.store;

import org.jspecify.annotations.NullMarked;
