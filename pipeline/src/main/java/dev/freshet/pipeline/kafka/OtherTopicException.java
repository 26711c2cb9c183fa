package dev.freshet.pipeline.kafka;

/** A topic is not the one that what was read before came from: no further try changes that. */
public class OtherTopicException extends IllegalStateException {
  OtherTopicException(String message) {
    super(message);
  }
}
