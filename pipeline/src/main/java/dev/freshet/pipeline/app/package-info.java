/** The launcher's commands and the embedded stack. */
@NullMarked
package dev.freshet.pipeline.app;

import org.jspecify.annotations.NullMarked;
