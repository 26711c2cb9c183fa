/** The HTTP interface of a serve node. */
@NullMarked
package dev.freshet.pipeline.http;

import org.jspecify.annotations.NullMarked;
