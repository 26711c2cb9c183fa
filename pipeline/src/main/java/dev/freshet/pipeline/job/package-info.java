/**
 * What all Flink jobs share: configuration that travels, records as they came, dead letters, and
 * what they count.
 */
@NullMarked
package dev.freshet.pipeline.job;

import org.jspecify.annotations.NullMarked;
