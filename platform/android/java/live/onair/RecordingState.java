// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** Where a recording of what is played is. */
public enum RecordingState {
  /** Its first frame is on its way to the file. */
  BEGAN(1),
  /** The file is closed. */
  ENDED(2);

  // As in the native library.
  final int number;

  RecordingState(int number) {
    this.number = number;
  }

  static RecordingState of(int number) {
    for (RecordingState value : values()) {
      if (value.number == number) {
        return value;
      }
    }
    return null;
  }
}
