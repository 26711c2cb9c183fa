package dev.freshet.pipeline.gateway;

import dev.freshet.model.encoder.EncodingException;
import dev.freshet.pipeline.conduct.Nodes;
import dev.freshet.pipeline.config.Partitions;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.search.DocumentVersion;
import dev.freshet.pipeline.search.GenerationNotReadyException;
import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.Hit;
import dev.freshet.pipeline.search.Missing;
import dev.freshet.pipeline.search.RefreshPlan;
import dev.freshet.pipeline.search.SearchAnswer;
import dev.freshet.pipeline.search.SearchRequest;
import dev.freshet.pipeline.search.Searcher;
import dev.freshet.pipeline.search.ShardDocument;
import dev.freshet.pipeline.search.ShardLists;
import dev.freshet.pipeline.search.ShardQuery;
import dev.freshet.pipeline.search.ShardStatus;
import dev.freshet.pipeline.search.UnknownGenerationException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Searches a cluster. Every question goes to one replica of each shard, and to all of them for one
 * generation, named by its number: an answer never mixes two. Where a shard does not hold it any
 * more, the gateway looks, chooses again and asks anew. Where no replica of a shard answers, the
 * answer comes without it and says so.
 *
 * <p>A document may stand in two partitions (see {@link
 * dev.freshet.pipeline.event.Position#supersedes}), and so be found in an old version by one shard
 * while another one knows that it was changed or deleted. So what was found is asked for once more:
 * of every other shard, whether it knows better.
 *
 * <p>Each shard encodes the query itself: query encoder and vectors of a generation are in one
 * place, and a gateway needs no model. Thread-safe.
 */
public final class GatewaySearcher implements Searcher, Nodes {
  /** As on a node; more only where so many documents stand in two partitions. */
  private static final int[] SPARE = {8, 64, 512};

  /** Choices of a generation for one question. */
  private static final int CHOICES = 3;

  private final Cluster cluster;
  private final GenerationChoice choice = new GenerationChoice();
  private volatile Generations known = Generations.NONE;

  /**
   * @param cluster stays the caller's
   */
  public GatewaySearcher(Cluster cluster) {
    this.cluster = cluster;
  }

  /** What {@code models} says. */
  public void follow(Generations now) {
    known = now;
  }

  /** What one shard said, or why it did not. */
  private record Said<T>(
      ClusterView.ShardView shard, @Nullable T answer, @Nullable NodeException failure) {
    boolean isGone() {
      return failure != null && failure.kind() == NodeException.Kind.UNKNOWN_GENERATION;
    }

    Missing missing() {
      return shard.missing(failure == null ? "" : failure.reason());
    }
  }

  /** A generation, and who can be asked for it. */
  private record Moment(ClusterView view, int generation, boolean isLast) {}

  /** A shard does not hold the generation that was chosen. */
  private static final class GenerationGoneException extends RuntimeException {
    GenerationGoneException(String message) {
      super(message);
    }
  }

  @Override
  public SearchAnswer search(SearchRequest request) {
    long start = System.nanoTime();
    return atOneGeneration(request.generation(), moment -> search(request, moment, start));
  }

  private SearchAnswer search(SearchRequest request, Moment moment, long start) {
    List<Hit> page = List.of();
    Set<Missing> missing = new HashSet<>();
    for (int spare : SPARE) {
      PageMerge merge = new PageMerge(request, spare);
      ShardQuery query = merge.query(moment.generation());
      missing = new HashSet<>(moment.view().unheld());
      List<Said<ShardLists>> said = ask(moment, node -> node.search(query));
      List<ShardLists> lists = answers(said, missing);
      Set<String> superseded = superseded(moment, merge.found(lists), said, missing);
      page = merge.page(lists, superseded);
      if (!merge.isCut(page, lists)) {
        break;
      }
    }
    double millis = (System.nanoTime() - start) / 1e6;
    String queryId = UUID.randomUUID().toString();
    return new SearchAnswer(queryId, moment.generation(), page, millis, inOrder(missing));
  }

  private static List<Missing> inOrder(Set<Missing> missing) {
    return missing.stream()
        .sorted(Comparator.comparing((Missing each) -> each.partitions().get(0)))
        .toList();
  }

  /** Asks every other shard about what one has found. */
  private Set<String> superseded(
      Moment moment,
      Collection<DocumentVersion> found,
      List<Said<ShardLists>> said,
      Set<Missing> missing) {
    List<CompletableFuture<Said<List<String>>>> asked = new ArrayList<>();
    for (Said<ShardLists> each : said) {
      ClusterView.ShardView shard = each.shard();
      List<DocumentVersion> others =
          found.stream()
              .filter(version -> !shard.partitions().contains(version.partition()))
              .toList();
      if (each.answer() != null && !others.isEmpty()) {
        asked.add(ask(shard, moment, node -> node.superseded(moment.generation(), others)));
      }
    }
    Set<String> ids = new HashSet<>();
    List<Said<List<String>>> answered = asked.stream().map(CompletableFuture::join).toList();
    requireHeld(moment, answered);
    for (Said<List<String>> each : answered) {
      if (each.answer() != null) {
        ids.addAll(each.answer());
      } else {
        missing.add(each.missing());
      }
    }
    return ids;
  }

  /**
   * {@inheritDoc} Of every shard; the newest version counts.
   *
   * @throws GenerationNotReadyException when it was not found, and a shard could not be asked
   */
  @Override
  public Optional<Document> document(String id) {
    return atOneGeneration(null, moment -> document(id, moment));
  }

  private Optional<Document> document(String id, Moment moment) {
    Set<Missing> missing = new HashSet<>(moment.view().unheld());
    List<Said<ShardDocument>> said = ask(moment, node -> node.document(moment.generation(), id));
    ShardDocument newest = null;
    for (ShardDocument each : answers(said, missing)) {
      DocumentVersion version = each.version();
      if (version == null) {
        continue;
      }
      DocumentVersion before = newest == null ? null : newest.version();
      if (before == null || version.isNewerThan(before)) {
        newest = each;
      }
    }
    Document document = newest == null ? null : newest.document();
    if (document == null && !missing.isEmpty()) {
      throw new GenerationNotReadyException(
          "the document '%s' is not in the partitions that answer, and others do not: %s"
              .formatted(id, reasons(missing)));
    }
    return Optional.ofNullable(document);
  }

  /** Asks every shard at once, and waits for all. */
  private <T> List<Said<T>> ask(
      Moment moment, Function<RemoteNode, CompletableFuture<T>> question) {
    List<CompletableFuture<Said<T>>> asked = new ArrayList<>();
    for (ClusterView.ShardView shard : moment.view().shards()) {
      asked.add(ask(shard, moment, question));
    }
    List<Said<T>> said = asked.stream().map(CompletableFuture::join).toList();
    requireHeld(moment, said);
    return said;
  }

  private <T> CompletableFuture<Said<T>> ask(
      ClusterView.ShardView shard,
      Moment moment,
      Function<RemoteNode, CompletableFuture<T>> question) {
    return said(shard, cluster.ask(shard, moment.generation(), question));
  }

  private static <T> CompletableFuture<Said<T>> said(
      ClusterView.ShardView shard, CompletableFuture<T> asked) {
    return asked.handle(
        (answer, thrown) -> {
          if (answer != null) {
            return new Said<>(shard, answer, null);
          }
          if (RemoteNode.unwrap(thrown) instanceof NodeException failure) {
            return new Said<>(shard, null, failure);
          }
          throw new CompletionException(thrown);
        });
  }

  private static <T> void requireHeld(Moment moment, List<Said<T>> said) {
    for (Said<T> each : said) {
      NodeException failure = each.failure();
      if (failure != null && failure.kind() == NodeException.Kind.QUERY) {
        throw new EncodingException(failure.reason());
      }
      if (failure != null && each.isGone() && !moment.isLast()) {
        throw new GenerationGoneException(failure.reason());
      }
    }
  }

  /**
   * What was answered.
   *
   * @param missing gets what was not
   * @throws UnknownGenerationException when nobody holds the generation
   * @throws GenerationNotReadyException when nobody answers
   */
  private static <T> List<T> answers(List<Said<T>> said, Set<Missing> missing) {
    List<T> answers = new ArrayList<>();
    for (Said<T> each : said) {
      if (each.answer() != null) {
        answers.add(each.answer());
      } else {
        missing.add(each.missing());
      }
    }
    if (answers.isEmpty()) {
      throw !said.isEmpty() && said.stream().allMatch(Said::isGone)
          ? new UnknownGenerationException(reasons(missing))
          : new GenerationNotReadyException("no shard answers: " + reasons(missing));
    }
    return answers;
  }

  private static String reasons(Set<Missing> missing) {
    return inOrder(missing).stream()
        .map(each -> "partitions %s: %s".formatted(Partitions.of(each.partitions()), each.reason()))
        .collect(Collectors.joining("; "));
  }

  /**
   * Asks a question for the generation that is wanted, or for the served one; again for another one
   * where that went away meanwhile.
   */
  private <T> T atOneGeneration(@Nullable Integer wanted, Function<Moment, T> question) {
    if (wanted != null) {
      requireKnown(wanted);
      return question.apply(new Moment(cluster.view(), wanted, true));
    }
    for (int i = 1; ; i++) {
      ClusterView view = cluster.view();
      int generation = choice.choose(view, announced());
      if (generation == 0) {
        String unseen = view.unseenReasons();
        throw new GenerationNotReadyException(
            "no generation can be answered from yet" + (unseen.isEmpty() ? "" : ": " + unseen));
      }
      try {
        return question.apply(new Moment(view, generation, i == CHOICES));
      } catch (GenerationGoneException e) {
        cluster.look().join();
      }
    }
  }

  private void requireKnown(int generation) {
    boolean isHeld =
        cluster.states().stream()
            .anyMatch(
                node ->
                    node.status() != null
                        && node.status()
                            .generation(generation)
                            .filter(status -> status.dimensions() > 0)
                            .isPresent());
    if (!isHeld) {
      throw new UnknownGenerationException(
          "generation %d is not in this cluster, which has %s"
              .formatted(
                  generation,
                  known.all().stream()
                      .filter(GenerationRecord::isLive)
                      .map(GenerationRecord::generation)
                      .toList()));
    }
  }

  private int announced() {
    GenerationRecord served = known.served();
    return served == null ? 0 : served.generation();
  }

  @Override
  public int servedGeneration() {
    return choice.choose(cluster.view(), announced());
  }

  /** {@inheritDoc} Here: whether every partition has a node that is. */
  @Override
  public boolean areReady(GenerationRecord record) {
    return cluster.view().everyPartition(node -> node.isReady(record.generation()));
  }

  /** {@inheritDoc} Counts are sums over the shards, progress is the smallest of theirs. */
  @Override
  public List<GenerationStatus> generations() {
    ClusterView view = cluster.view();
    List<GenerationStatus> all = new ArrayList<>();
    for (GenerationRecord record : known.all()) {
      all.add(ClusterStatus.of(record, view));
    }
    Collections.reverse(all);
    return all;
  }

  /** What keeps the cluster from any answer; empty where there is nothing. */
  public Optional<String> obstacle() {
    ClusterView view = cluster.view();
    int generation = choice.choose(view, announced());
    if (generation == 0) {
      String unseen = view.unseenReasons();
      return Optional.of(
          "no generation can be answered from yet" + (unseen.isEmpty() ? "" : ": " + unseen));
    }
    boolean anyone = view.shards().stream().anyMatch(shard -> !shard.askable(generation).isEmpty());
    return anyone ? Optional.empty() : Optional.of(reasons(missing(view, generation)));
  }

  /** What keeps it from whole answers; empty where there is nothing. */
  public Optional<String> gaps() {
    ClusterView view = cluster.view();
    int generation = choice.choose(view, announced());
    Set<Missing> missing = missing(view, generation);
    return missing.isEmpty() && generation != 0 ? Optional.empty() : Optional.of(reasons(missing));
  }

  private static Set<Missing> missing(ClusterView view, int generation) {
    return new HashSet<>(view.missing(generation));
  }

  /** How many partitions cannot be searched at the moment. */
  public int missingPartitions() {
    ClusterView view = cluster.view();
    int generation = choice.choose(view, announced());
    return view.missing(generation).stream().mapToInt(each -> each.partitions().size()).sum();
  }

  /**
   * What encoding everything anew would cost: the sum over the shards, each by the pace of one of
   * its nodes.
   *
   * @throws GenerationNotReadyException when a shard does not say
   */
  public RefreshPlan plan() {
    return atOneGeneration(
        null,
        moment -> {
          Set<Missing> missing = new HashSet<>(moment.view().unheld());
          List<CompletableFuture<Said<RefreshPlan>>> asked = new ArrayList<>();
          for (ClusterView.ShardView shard : moment.view().shards()) {
            List<URI> replicas = shard.askable(moment.generation());
            asked.add(said(shard, cluster.askLong(replicas, RemoteNode::plan)));
          }
          List<RefreshPlan> plans =
              answers(asked.stream().map(CompletableFuture::join).toList(), missing);
          if (!missing.isEmpty()) {
            throw new GenerationNotReadyException("no plan: " + reasons(missing));
          }
          return ClusterStatus.sum(moment.generation(), plans);
        });
  }

  /**
   * Passes a request for embeddings on to a node that serves the generation that is searched.
   *
   * @return fails with {@link GenerationNotReadyException} where none answers
   */
  public CompletableFuture<HttpResponse<byte[]>> embeddings(byte[] body) {
    int generation = servedGeneration();
    List<URI> serving =
        cluster.states().stream()
            .filter(node -> node.serves(generation))
            .map(NodeState::uri)
            .toList();
    return cluster
        .askLong(serving, node -> node.embeddings(body))
        .exceptionally(
            thrown -> {
              throw new GenerationNotReadyException(
                  "no node that serves generation %d answers: %s"
                      .formatted(generation, RemoteNode.unwrap(thrown).getMessage()));
            });
  }

  /** The nodes of the cluster, in the order of the configuration. */
  public List<NodeLine> nodes() {
    return cluster.states().stream().map(NodeLine::of).toList();
  }

  /**
   * A node, for people.
   *
   * @param partitions that it holds, as it last said; empty where it never did
   * @param served its generation, 0 for none
   * @param problem why it is not asked, or asked last; empty where nothing is wrong
   */
  public record NodeLine(String url, String partitions, int served, String problem) {
    private static NodeLine of(NodeState node) {
      ShardStatus status = node.status();
      String obstacle = status == null ? null : status.obstacle();
      String problem = node.problem() == null ? obstacle : node.problem();
      return new NodeLine(
          node.uri().toString(),
          node.partitions().toString(),
          status == null ? 0 : status.served(),
          problem == null ? "" : problem);
    }
  }
}
