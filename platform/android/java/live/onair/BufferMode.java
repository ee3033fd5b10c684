// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** Which way delay and stalls are traded. */
public enum BufferMode {
  /** By measured jitter. */
  AUTO(1),
  /** Lowest delay, accepts more stalls. */
  FAST(2),
  /** Fewest stalls. */
  SMOOTH(3),
  /** Always the delay that was set. */
  FIXED(4),
  /** For WebRTC: what the transport measures of jitter and no more. */
  REALTIME(5);

  // As in the native library.
  final int number;

  BufferMode(int number) {
    this.number = number;
  }
}
