package dev.freshet.pipeline.lexical;

/**
 * The lexical index cannot be read or written: damaged, or no permission, say. The message says
 * what to do.
 */
public class LexicalIndexException extends RuntimeException {
  public LexicalIndexException(String message, Throwable cause) {
    super(message, cause);
  }
}
