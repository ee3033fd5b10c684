// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** How far a room is made ready; each includes those before it. */
public enum PreloadTier {
  /** Not at all. */
  NONE(1),
  /** Name known, connection up, nothing asked for. */
  CONNECTED(2),
  /** The stream flows; its newest key frame and what followed are kept. */
  NEWEST_GOP(3),
  /** That key frame is decoded as well. */
  FIRST_PICTURE(4);

  // As in the native library.
  final int number;

  PreloadTier(int number) {
    this.number = number;
  }

  static PreloadTier of(int number) {
    for (PreloadTier value : values()) {
      if (value.number == number) {
        return value;
      }
    }
    return null;
  }
}
