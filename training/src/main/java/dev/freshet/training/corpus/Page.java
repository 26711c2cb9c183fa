package dev.freshet.training.corpus;

/** A page with what it is about. */
record Page(CorpusDocument document, Topic topic) {
  /** Title and text. */
  String words() {
    return document.title() + " " + document.text();
  }
}
