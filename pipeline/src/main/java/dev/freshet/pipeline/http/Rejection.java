package dev.freshet.pipeline.http;

/**
 * A line that was not accepted.
 *
 * @param line its number in the request, from 1
 * @param reason what is wrong with it
 */
record Rejection(long line, String reason) {}
