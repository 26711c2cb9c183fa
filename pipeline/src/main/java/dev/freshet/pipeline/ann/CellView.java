package dev.freshet.pipeline.ann;

/**
 * An index of cells as of one change. Immutable, but for rows of later changes.
 *
 * @param table holds all rows of that change
 * @param change the last one that is seen
 * @param documents how many there are, about
 */
record CellView(CellTable table, long change, int documents) {}
