/** Tuning of the inside and aside modules; knows neither Flink nor Kafka. */
@NullMarked
package dev.freshet.training;

import org.jspecify.annotations.NullMarked;
