package dev.freshet.pipeline.http;

import java.util.List;

/**
 * What became of an upload.
 *
 * @param accepted documents that the broker acknowledged
 * @param rejected lines that were put aside
 * @param errors the first rejected lines
 */
record UploadAnswer(long accepted, long rejected, List<Rejection> errors) {}
