// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What is wrong with the network. */
public enum NetworkTrouble {
  /** It is good again. */
  NONE(1),
  /** It takes less than the lowest rate needs. */
  SLOW(2),
  /** Nothing has got through for a second or more. */
  SILENT(3);

  // As in the native library.
  final int number;

  NetworkTrouble(int number) {
    this.number = number;
  }

  static NetworkTrouble of(int number) {
    for (NetworkTrouble value : values()) {
      if (value.number == number) {
        return value;
      }
    }
    return null;
  }
}
