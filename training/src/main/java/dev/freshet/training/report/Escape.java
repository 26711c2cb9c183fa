package dev.freshet.training.report;

/** Text that cannot be taken for markup. */
final class Escape {
  private Escape() {}

  /** For XML and HTML, in text and in attributes. What XML cannot hold becomes U+FFFD. */
  static String xml(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().forEach(character -> appendXml(out, character));
    return out.toString();
  }

  private static void appendXml(StringBuilder out, int character) {
    switch (character) {
      case '&' -> out.append("&amp;");
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '"' -> out.append("&quot;");
      default -> out.appendCodePoint(isXml(character) ? character : 0xFFFD);
    }
  }

  private static boolean isXml(int character) {
    return character >= ' '
            && !(character >= 0xD800 && character <= 0xDFFF)
            && (character & 0xFFFE) != 0xFFFE
        || character == '\t'
        || character == '\n'
        || character == '\r';
  }

  /** For a line of Markdown, also inside a table. */
  static String markdown(String text) {
    return text.replaceAll("[\\\\`*_{}&\\[\\]<>#|~]", "\\\\$0").replaceAll("[\\s\\p{Cntrl}]+", " ");
  }
}
