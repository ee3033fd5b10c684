// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What follows the end of a file. */
public enum Repeat {
  /** Nothing. */
  ONCE(1),
  /** Its beginning, without a gap. */
  FOREVER(2);

  // As in the native library.
  final int number;

  Repeat(int number) {
    this.number = number;
  }
}
