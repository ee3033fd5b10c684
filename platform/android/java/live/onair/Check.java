// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** Refuses what was left out. */
final class Check {
  private Check() {}

  static <T> T present(T value, String name) {
    if (value == null) {
      throw OnairException.refuse(name);
    }
    return value;
  }
}
