// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.util.ArrayList;
import java.util.List;

/** Names and values on their way to the native side, in order; a later value replaces an earlier. */
final class Settings {
  private final List<String> pairs;

  Settings() {
    pairs = new ArrayList<>();
  }

  Settings(Settings other) {
    pairs = new ArrayList<>(other.pairs);
  }

  void put(String name, Object value) {
    pairs.add(name);
    pairs.add(String.valueOf(value));
  }

  /** As {@link #put}, and refuses null by the name of the setting. */
  void putText(String name, String value) {
    put(name, Check.present(value, name));
  }

  void putAll(String prefix, Settings other) {
    for (int i = 0; i < other.pairs.size(); i += 2) {
      put(prefix + other.pairs.get(i), other.pairs.get(i + 1));
    }
  }

  String[] toArray() {
    return pairs.toArray(new String[0]);
  }
}
