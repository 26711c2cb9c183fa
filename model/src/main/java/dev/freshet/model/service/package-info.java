/**
 * Encoders as the threads of a JVM share them: one backbone, one tokenizer and one batcher for any
 * number of generations and for both sides of a search.
 *
 * <pre>
 * Encoders ─▶ SharedBackbone ─▶ Generation, one for every module checkpoint ─▶ BatchedModel, one a side
 *                   └─▶ DynamicBatcher ◀─────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>{@link dev.freshet.model.service.Encoders} counts who uses what, and the last one out closes
 * it.
 */
@NullMarked
package dev.freshet.model.service;

import org.jspecify.annotations.NullMarked;
