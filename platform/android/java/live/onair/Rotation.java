// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** How a picture must be turned clockwise to stand upright. */
public enum Rotation {
  /** It stands. */
  NONE(0),
  /** A quarter turn. */
  DEGREES_90(1),
  /** Half a turn. */
  DEGREES_180(2),
  /** Three quarter turns. */
  DEGREES_270(3);

  // As in the native library.
  final int number;

  Rotation(int number) {
    this.number = number;
  }
}
