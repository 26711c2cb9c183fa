package dev.freshet.training.corpus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Decides what pages are about: groups of one thing and problem under several circumstances.
 *
 * <p>Pages that share problem and circumstance are dealt their answers, of cause, effect and
 * advice, from one deck without putting back. So two of them differ in what they say and not only
 * in the thing, as long as the deck lasts.
 */
final class TopicPlanner {
  /** Few enough that circumstances differ between groups, so that none goes without saying. */
  static final int CIRCUMSTANCES_PER_GROUP = 9;

  private record Answer(Problem.Cause cause, Template effect, Template advice) {}

  private final World world;
  private final Choices choices;
  private final Map<String, Iterator<Answer>> decks = new HashMap<>();

  TopicPlanner(World world, Choices choices) {
    this.world = world;
    this.choices = choices;
  }

  /** How many topics there are at most. */
  static int capacity(World world) {
    return pairs(world).size() * Math.min(CIRCUMSTANCES_PER_GROUP, world.circumstances().size());
  }

  /**
   * @param count at most {@link #capacity}
   * @return groups in random order, as many topics together; the last group may be short
   */
  List<List<Topic>> plan(int count) {
    List<List<Topic>> groups = new ArrayList<>();
    int missing = count;
    for (Pair pair : choices.shuffled(pairs(world))) {
      if (missing == 0) {
        break;
      }
      List<Topic> group = group(pair, missing);
      groups.add(group);
      missing -= group.size();
    }
    return groups;
  }

  private record Pair(Thing thing, Problem problem) {}

  private static List<Pair> pairs(World world) {
    List<Pair> pairs = new ArrayList<>();
    for (Thing thing : world.things()) {
      for (Problem problem : world.problems()) {
        if (thing.traits().contains(problem.trait())) {
          pairs.add(new Pair(thing, problem));
        }
      }
    }
    return pairs;
  }

  private List<Topic> group(Pair pair, int most) {
    return choices.shuffled(world.circumstances()).stream()
        .limit(Math.min(most, CIRCUMSTANCES_PER_GROUP))
        .map(circumstance -> topic(pair, circumstance))
        .toList();
  }

  private Topic topic(Pair pair, Circumstance circumstance) {
    Answer answer = deal(pair.problem(), circumstance);
    return new Topic(
        pair.thing(),
        pair.problem(),
        circumstance,
        answer.cause(),
        answer.effect(),
        answer.advice());
  }

  private Answer deal(Problem problem, Circumstance circumstance) {
    String name = problem.name() + " " + circumstance.name();
    Iterator<Answer> deck = decks.get(name);
    if (deck == null || !deck.hasNext()) {
      deck = choices.shuffled(answers(problem, circumstance)).iterator();
      decks.put(name, deck);
    }
    return deck.next();
  }

  private static List<Answer> answers(Problem problem, Circumstance circumstance) {
    List<Answer> answers = new ArrayList<>();
    for (Problem.Cause cause : problem.causes()) {
      for (Template effect : circumstance.effects()) {
        for (Template advice : circumstance.advice()) {
          answers.add(new Answer(cause, effect, advice));
        }
      }
    }
    return answers;
  }
}
