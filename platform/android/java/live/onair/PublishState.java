// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** Where one destination of a publisher is. */
public enum PublishState {
  /** First connection under way. */
  CONNECTING(1),
  /** The peer accepted the stream. */
  LIVE(2),
  /** Lost it; trying again by itself. */
  RECONNECTING(3),
  /** Stopped, or given up: see the error. */
  ENDED(4);

  // As in the native library.
  final int number;

  PublishState(int number) {
    this.number = number;
  }

  static PublishState of(int number) {
    for (PublishState value : values()) {
      if (value.number == number) {
        return value;
      }
    }
    return null;
  }
}
