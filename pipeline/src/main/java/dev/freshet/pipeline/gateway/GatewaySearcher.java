package dev.freshet.pipeline.gateway;

import dev.freshet.pipeline.conduct.Nodes;
import dev.freshet.pipeline.event.Document;
import dev.freshet.pipeline.event.GenerationRecord;
import dev.freshet.pipeline.event.Generations;
import dev.freshet.pipeline.search.DocumentVersion;
import dev.freshet.pipeline.search.GenerationNotReadyException;
import dev.freshet.pipeline.search.GenerationStatus;
import dev.freshet.pipeline.search.Hit;
import dev.freshet.pipeline.search.RefreshPlan;
import dev.freshet.pipeline.search.SearchAnswer;
import dev.freshet.pipeline.search.SearchRequest;
import dev.freshet.pipeline.search.Searcher;
import dev.freshet.pipeline.search.ShardDocument;
import dev.freshet.pipeline.search.ShardLists;
import dev.freshet.pipeline.search.ShardQuery;
import dev.freshet.pipeline.search.ShardStatus;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

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

  private final Cluster cluster;
  private final ServedCluster served;

  /**
   * @param cluster stays the caller's
   */
  public GatewaySearcher(Cluster cluster) {
    this.cluster = cluster;
    served = new ServedCluster(cluster);
  }

  /** What {@code models} says. */
  public void follow(Generations now) {
    served.follow(now);
  }

  /** Looks at every node now, and returns when each has answered or failed. */
  public void look() {
    cluster.look().join();
  }

  @Override
  public SearchAnswer search(SearchRequest request) {
    long start = System.nanoTime();
    return served.inquire(request.generation(), inquiry -> search(request, inquiry, start));
  }

  private static SearchAnswer search(SearchRequest request, Inquiry inquiry, long start) {
    List<Hit> hits = List.of();
    for (int spare : SPARE) {
      inquiry.startAnew();
      PageMerge merge = new PageMerge(request, spare);
      ShardQuery query = merge.query(inquiry.generation());
      List<Inquiry.Said<ShardLists>> said = inquiry.askAll(node -> node.search(query));
      List<ShardLists> lists = inquiry.answers(said);
      PageMerge.Page page = merge.page(lists, superseded(inquiry, merge.found(lists), said));
      hits = page.hits();
      if (!page.isCut()) {
        break;
      }
    }
    double millis = (System.nanoTime() - start) / 1e6;
    String queryId = UUID.randomUUID().toString();
    return new SearchAnswer(
        queryId, inquiry.generation(), hits, millis, ClusterStatus.inOrder(inquiry.missing()));
  }

  /** Asks every other shard about what one has found. */
  private static Set<String> superseded(
      Inquiry inquiry, Collection<DocumentVersion> found, List<Inquiry.Said<ShardLists>> said) {
    List<CompletableFuture<Inquiry.Said<List<String>>>> asked = new ArrayList<>();
    for (Inquiry.Said<ShardLists> each : said) {
      ClusterView.ShardView shard = each.shard();
      List<DocumentVersion> others =
          found.stream()
              .filter(version -> !shard.partitions().contains(version.partition()))
              .toList();
      if (each.answer() != null && !others.isEmpty()) {
        asked.add(inquiry.ask(shard, node -> node.superseded(inquiry.generation(), others)));
      }
    }
    Set<String> ids = new HashSet<>();
    inquiry.answered(inquiry.await(asked)).forEach(ids::addAll);
    return ids;
  }

  /**
   * {@inheritDoc} Of every shard; the newest version counts.
   *
   * @throws GenerationNotReadyException when it was not found, and a shard could not be asked
   */
  @Override
  public Optional<Document> document(String id) {
    return served.inquire(null, inquiry -> document(id, inquiry));
  }

  private static Optional<Document> document(String id, Inquiry inquiry) {
    ShardDocument newest = null;
    for (ShardDocument each :
        inquiry.answers(inquiry.askAll(node -> node.document(inquiry.generation(), id)))) {
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
    if (document == null && !inquiry.missing().isEmpty()) {
      throw new GenerationNotReadyException(
          "the document '%s' is not in the partitions that answer, and others do not: %s"
              .formatted(id, ClusterStatus.reasons(inquiry.missing())));
    }
    return Optional.ofNullable(document);
  }

  @Override
  public int servedGeneration() {
    return served.served();
  }

  /** {@inheritDoc} Here: whether every partition has a node that is. */
  @Override
  public boolean areReady(GenerationRecord record) {
    return served.areReady(record);
  }

  /** {@inheritDoc} Counts are sums over the shards, progress is the smallest of theirs. */
  @Override
  public List<GenerationStatus> generations() {
    return served.generations();
  }

  /** What keeps the cluster from any answer; empty where there is nothing. */
  public Optional<String> obstacle() {
    return served.obstacle();
  }

  /** What keeps it from whole answers; empty where there is nothing. */
  public Optional<String> gaps() {
    return served.gaps();
  }

  /** How many partitions cannot be searched at the moment. */
  public int missingPartitions() {
    return served.missingPartitions();
  }

  /**
   * What encoding everything anew would cost: the sum over the shards, each by the pace of one of
   * its nodes.
   *
   * @throws GenerationNotReadyException when a shard does not say
   */
  public RefreshPlan plan() {
    return served.inquire(
        null,
        inquiry -> {
          List<RefreshPlan> plans = inquiry.answers(inquiry.askAllLong(RemoteNode::plan));
          if (!inquiry.missing().isEmpty()) {
            throw new GenerationNotReadyException(
                "no plan: " + ClusterStatus.reasons(inquiry.missing()));
          }
          return ClusterStatus.sum(inquiry.generation(), plans);
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
            .sorted(NodeState.bestFirst(generation))
            .map(NodeState::uri)
            .toList();
    return cluster
        .askLong(serving, generation, node -> node.embeddings(body))
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
      String problem = node.worst();
      return new NodeLine(
          node.uri().toString(),
          node.partitions().toString(),
          status == null ? 0 : status.served(),
          problem == null ? "" : problem);
    }
  }
}
