/**
 * Results for people to look at.
 *
 * <p>{@link dev.freshet.training.report.LineChart} and {@link dev.freshet.training.report.HeatMap}
 * are pictures. A {@link dev.freshet.training.report.Report} is text, tables and pictures in
 * sections, which {@link dev.freshet.training.report.HtmlReport} and {@link
 * dev.freshet.training.report.MarkdownReport} write; text in it is plain and is escaped there.
 */
@NullMarked
package dev.freshet.training.report;

import org.jspecify.annotations.NullMarked;
