// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/**
 * Stamps of cameras and microphones on the SDK's clock, which is System.nanoTime() in microseconds.
 * Pure: the driver reads both clocks.
 */
public final class CaptureClock {
  /** CameraCharacteristics.SENSOR_INFO_TIMESTAMP_SOURCE. */
  public enum Source {
    /** Like System.nanoTime(), but "not directly comparable" between devices that say so. */
    UNKNOWN,
    /** SystemClock.elapsedRealtimeNanos(): counts on while the phone sleeps. */
    REALTIME
  }

  // A stamp farther from now than this is of another clock than promised.
  // Source: ours; pictures are at most a few hundred milliseconds old.
  static final long PLAUSIBLE_NS = 2_000_000_000L;

  private final Source source;
  private long strangeStamps;

  /** For the stamps of one device. */
  public CaptureClock(Source source) {
    this.source = source;
  }

  /** When it was captured, microseconds of nanoTime. The two last arguments are read just now. */
  public long captureUs(long stampNs, long nanoTimeNs, long elapsedRealtimeNs) {
    long onOurs = source == Source.REALTIME ? stampNs - elapsedRealtimeNs + nanoTimeNs : stampNs;
    if (isPlausible(onOurs, nanoTimeNs)) return onOurs / 1000;
    long onOther = source == Source.REALTIME ? stampNs : stampNs - elapsedRealtimeNs + nanoTimeNs;
    strangeStamps++;
    if (isPlausible(onOther, nanoTimeNs)) return onOther / 1000;
    return nanoTimeNs / 1000;
  }

  /** Stamps that were not of the clock that the device named. */
  public long strangeStamps() {
    return strangeStamps;
  }

  private static boolean isPlausible(long stampNs, long nowNs) {
    return stampNs <= nowNs + 50_000_000L && nowNs - stampNs < PLAUSIBLE_NS;
  }
}
