// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What gives way first when bits are short. */
public enum ControlMode {
  /** Frame rate: what is shown stays sharp. */
  QUALITY(1),
  /** Resolution: what is shown stays smooth. */
  FLUENCY(2),
  /** Both in turns. */
  BALANCED(3);

  // As in the native library.
  final int number;

  ControlMode(int number) {
    this.number = number;
  }
}
