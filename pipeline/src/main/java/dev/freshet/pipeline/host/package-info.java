/**
 * The generations that a serve node holds side by side: {@link
 * dev.freshet.pipeline.host.HostedGenerations} follows {@code models}, opens what is built,
 * switches searches in one step and drops what is retired.
 */
@NullMarked
package dev.freshet.pipeline.host;

import org.jspecify.annotations.NullMarked;
