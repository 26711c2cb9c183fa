/** One YAML file of nested, validated records; environment and flags override it. */
@NullMarked
package dev.freshet.pipeline.config;

import org.jspecify.annotations.NullMarked;
