package dev.freshet.training.lab;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which tensors make up a module, by their names: those of a bottleneck, of a low-rank update, of a
 * prefix. Where a method trains the backbone's own tensors, a layer is taken as a module, for
 * nothing else in it is one.
 */
final class ModuleGroups {
  private static final Pattern LAYER = Pattern.compile("(encoder\\.layer\\.\\d+)\\..*");
  private static final Pattern LAST_PARTS =
      Pattern.compile("(.*?)(\\.(down|up|lora_A|lora_B|key|value))?(\\.(weight|bias))?");

  private ModuleGroups() {}

  /**
   * @param names of all trainable tensors
   * @param ofBackbone whether they are the backbone's own
   * @return places among the names by the module's name, in the order of the names
   */
  static Map<String, List<Integer>> of(List<String> names, boolean ofBackbone) {
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String module = ofBackbone ? layer(names.get(i)) : module(names.get(i));
      groups.computeIfAbsent(module, m -> new ArrayList<>()).add(i);
    }
    return groups;
  }

  private static String layer(String name) {
    Matcher matcher = LAYER.matcher(name);
    return matcher.matches() ? matcher.group(1) : name.substring(0, name.indexOf('.'));
  }

  private static String module(String name) {
    Matcher matcher = LAST_PARTS.matcher(name);
    return matcher.matches() ? matcher.group(1) : name;
  }
}
