package dev.freshet.training.corpus;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A handbook of household troubles in the fictional town of Alderbrook, generated.
 *
 * <p>A page tells why a thing has a problem under a circumstance, and what to do. No two pages are
 * about the same three; every query names all three, so exactly one page answers it, which has
 * grade 2. Its siblings, the same thing and problem under other circumstances, have grade 1.
 * Queries of the register {@link QueryRegister#EVERYDAY} share no content word, compared by crude
 * stems, with any page that is judged for them. One page in twenty is of a glossary, which connects
 * the words of the handbook with those of everyday speech and answers no query.
 *
 * <p>All siblings fall into one {@link CorpusPart}: neither a page nor its sibling is learned from
 * and measured with.
 *
 * <p>One seed and size give the same collection on every Java platform. Thread-safe.
 */
public final class GeneratedCorpus {
  /** The seed of the collection that commands take where none is named. */
  public static final long DEFAULT_SEED = 1;

  private static final int PAGES_PER_GLOSSARY_PAGE = 20;

  /** Of twenty groups of pages: 12 in the handbook's words, 5 mixed, 3 plain. */
  private static final int VOICES = 20;

  private static final int HANDBOOK_VOICES = 12;
  private static final int MIXED_VOICES = 5;

  private final World world;
  private final Choices choices;
  private final Sentences sentences;

  private GeneratedCorpus(World world, Choices choices) {
    this.world = world;
    this.choices = choices;
    this.sentences = new Sentences(world, choices);
  }

  /** The corpus of {@link CorpusSize#DEFAULT}. */
  public static CorpusCollection generate(long seed) {
    return generate(CorpusSize.DEFAULT, seed);
  }

  /**
   * @throws IllegalArgumentException when the world is too small for that many documents, or the
   *     documents are too few for that many queries
   */
  public static CorpusCollection generate(CorpusSize size, long seed) {
    World world = new WorldLoader(WorldFile::resource).load();
    return new GeneratedCorpus(world, new Choices(seed)).generate(size);
  }

  private CorpusCollection generate(CorpusSize size) {
    int glossaryPages =
        Math.min(GlossaryWriter.capacity(world), size.documents() / PAGES_PER_GLOSSARY_PAGE);
    int pages = size.documents() - glossaryPages;
    if (pages > TopicPlanner.capacity(world)) {
      throw new IllegalArgumentException(
          "documents must be at most %d, were %d"
              .formatted(TopicPlanner.capacity(world) + glossaryPages, size.documents()));
    }
    List<PageGroup> groups = pages(pages);
    List<CorpusDocument> documents = new ArrayList<>();
    for (PageGroup group : groups) {
      group.pages().forEach(page -> documents.add(page.document()));
    }
    List<CorpusDocument> glossary = new GlossaryWriter(world, choices).write();
    documents.addAll(choices.shuffled(glossary).subList(0, glossaryPages));
    List<CorpusQuery> queries = new ArrayList<>();
    List<Judgement> judgements = new ArrayList<>();
    for (QueryRegister register : QueryRegister.values()) {
      ask(register, size.queriesPerRegister(), groups, queries, judgements);
    }
    return new CorpusCollection(choices.shuffled(documents), queries, judgements);
  }

  private List<PageGroup> pages(int count) {
    PageWriter writer = new PageWriter(sentences, choices);
    List<PageGroup> groups = new ArrayList<>();
    for (List<Topic> topics : new TopicPlanner(world, choices).plan(count)) {
      Voice voice = voice();
      List<Page> pages = new ArrayList<>();
      for (Topic topic : topics) {
        pages.add(new Page(writer.write(PageIds.of(topic), topic, voice), topic));
      }
      groups.add(new PageGroup(pages));
    }
    return groups;
  }

  private Voice voice() {
    int drawn = choices.below(VOICES);
    if (drawn < HANDBOOK_VOICES) {
      return Voice.HANDBOOK;
    }
    return drawn < HANDBOOK_VOICES + MIXED_VOICES ? Voice.MIXED : Voice.PLAIN;
  }

  private record Asked(Page page, PageGroup group) {}

  private void ask(
      QueryRegister register,
      int count,
      List<PageGroup> groups,
      List<CorpusQuery> queries,
      List<Judgement> judgements) {
    List<Asked> candidates = new ArrayList<>();
    for (PageGroup group : groups) {
      group.pages().forEach(page -> candidates.add(new Asked(page, group)));
    }
    QueryWriter writer = new QueryWriter(sentences, choices, world.contentWords());
    Set<String> texts = new HashSet<>();
    for (Asked asked : choices.shuffled(candidates)) {
      if (texts.size() == count) {
        break;
      }
      Optional<String> text = writer.write(register, asked.page(), asked.group());
      if (text.filter(texts::add).isPresent()) {
        String id = String.format(Locale.ROOT, "%s-%05d", register.label(), texts.size());
        queries.add(new CorpusQuery(id, text.get(), register));
        judge(id, asked, judgements);
      }
    }
    if (texts.size() < count) {
      throw new IllegalArgumentException(
          "queriesPerRegister must be at most %d, which is what the documents give in the register"
                  .formatted(texts.size())
              + " %s, was %d".formatted(register, count));
    }
  }

  private static void judge(String query, Asked asked, List<Judgement> judgements) {
    judgements.add(new Judgement(query, asked.page().document().id(), 2));
    for (Page sibling : asked.group().pages()) {
      if (!sibling.equals(asked.page())) {
        judgements.add(new Judgement(query, sibling.document().id(), 1));
      }
    }
  }
}
