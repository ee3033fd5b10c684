// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** Targets for tests of what follows them: only the library makes them otherwise. */
public final class EncoderTargets {
  public static final EncoderTarget PAUSED = new EncoderTarget(1_000_000, 30, 0, true);

  private EncoderTargets() {}

  public static EncoderTarget of(long bitRate, double frameRate) {
    return new EncoderTarget(bitRate, frameRate, 0, false);
  }
}
