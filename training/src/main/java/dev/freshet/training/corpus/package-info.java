/**
 * Collections of documents, queries and judgements: their folders, and a corpus that is generated.
 *
 * <p>{@link CollectionFolder} reads and writes a {@link CorpusCollection} in the layout that
 * retrieval benchmarks use. {@link GeneratedCorpus} makes one from a hand-written world, which lies
 * beside the classes as text: things of a household, what can be wrong with them, under which
 * circumstances, and the sentences that say so. Each of the three has names of a handbook and names
 * of everyday speech, and the documents hold sentences that connect them; so a model can learn from
 * the documents what it needs for queries that share no word with their answers.
 */
@NullMarked
package dev.freshet.training.corpus;

import org.jspecify.annotations.NullMarked;
