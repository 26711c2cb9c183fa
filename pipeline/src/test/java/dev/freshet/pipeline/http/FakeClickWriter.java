package dev.freshet.pipeline.http;

import dev.freshet.pipeline.event.Click;
import dev.freshet.pipeline.event.ClickWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Keeps what is written. */
public final class FakeClickWriter implements ClickWriter {
  public final List<Click> written = Collections.synchronizedList(new ArrayList<>());

  /** What a write gives back. */
  public volatile CompletableFuture<Void> acknowledgement = CompletableFuture.completedFuture(null);

  @Override
  public CompletableFuture<Void> write(Click click) {
    written.add(click);
    return acknowledgement;
  }
}
