package dev.freshet.training.lab;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a model is tuned for. */
public enum Task {
  /** Finding documents in the whole collection, with a bi-encoder. */
  @JsonProperty("retrieval")
  RETRIEVAL("Retrieval"),

  /** Ordering the documents that another system found, with a cross-encoder. */
  @JsonProperty("reranking")
  RERANKING("Re-ranking");

  private final String label;

  Task(String label) {
    this.label = label;
  }

  /** For people. */
  public String label() {
    return label;
  }
}
