// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What is lost with a coded picture. */
public enum FrameKind {
  /** Decoding can begin here. */
  KEY(1),
  /** Other pictures refer to it. */
  REFERENCE(2),
  /** No other picture refers to it. */
  DROPPABLE(3);

  // As in the native library.
  final int number;

  FrameKind(int number) {
    this.number = number;
  }

  static FrameKind of(int number) {
    for (FrameKind value : values()) {
      if (value.number == number) {
        return value;
      }
    }
    return null;
  }
}
