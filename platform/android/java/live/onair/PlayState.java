// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** Where a player is. */
public enum PlayState {
  /** First connection under way. */
  CONNECTING(1),
  /** Pictures or sound are coming out. */
  PLAYING(2),
  /** Nothing left to show; refilling. */
  STALLED(3),
  /** Lost the connection; trying again by itself. */
  RECONNECTING(4),
  /** Stopped, over or given up: see the error. */
  ENDED(5),
  /** The publisher left and may come back; what is buffered plays on. */
  AWAITING_PUBLISHER(6),
  /** By {@link Player#pause()}; the picture stands. */
  PAUSED(7);

  // As in the native library.
  final int number;

  PlayState(int number) {
    this.number = number;
  }

  static PlayState of(int number) {
    for (PlayState value : values()) {
      if (value.number == number) {
        return value;
      }
    }
    return null;
  }
}
