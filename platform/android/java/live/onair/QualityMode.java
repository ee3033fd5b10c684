// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** Who chooses among the qualities of a live stream. */
public enum QualityMode {
  /** The player, by what the network carries. */
  AUTOMATIC(1),
  /** The app, by what it asked for last. */
  PINNED(2);

  // As in the native library.
  final int number;

  QualityMode(int number) {
    this.number = number;
  }

  static QualityMode of(int number) {
    for (QualityMode value : values()) {
      if (value.number == number) {
        return value;
      }
    }
    return null;
  }
}
