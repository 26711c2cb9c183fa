/** The contracts of the topics: one record type and one codec for each. */
@NullMarked
package dev.freshet.pipeline.event;

import org.jspecify.annotations.NullMarked;
