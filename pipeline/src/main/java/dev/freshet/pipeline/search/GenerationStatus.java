package dev.freshet.pipeline.search;

import dev.freshet.pipeline.event.GenerationState;

/**
 * One generation as this serve node sees it.
 *
 * @param generation its number
 * @param state {@code BUILDING} until this node has read everything of it once, then {@code SERVED}
 * @param documents live documents in this node's store
 * @param passages live passages in this node's store
 * @param dimensions length of the vectors
 * @param progress 0 to 1: records read, of those in the topic when the node started
 * @param memoryBytes bytes of the index in memory
 */
public record GenerationStatus(
    int generation,
    GenerationState state,
    long documents,
    long passages,
    int dimensions,
    double progress,
    long memoryBytes) {}
