// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public final class ClocksTest {
  private static final long NANO = 500_000_000_000L;
  private static final long ELAPSED = 900_000_000_000L;

  @Test
  public void aStampOfTheSleepingClockIsMovedToOurs() {
    CaptureClock clock = new CaptureClock(CaptureClock.Source.REALTIME);
    assertEquals((NANO - 30_000_000) / 1000, clock.captureUs(ELAPSED - 30_000_000, NANO, ELAPSED));
    assertEquals(0, clock.strangeStamps());
  }

  @Test
  public void aStampOfOurClockIsTakenAsItIs() {
    CaptureClock clock = new CaptureClock(CaptureClock.Source.UNKNOWN);
    assertEquals((NANO - 30_000_000) / 1000, clock.captureUs(NANO - 30_000_000, NANO, ELAPSED));
  }

  @Test
  public void aDeviceThatNamesTheWrongClockIsUnderstoodAndCounted() {
    CaptureClock clock = new CaptureClock(CaptureClock.Source.UNKNOWN);
    assertEquals((NANO - 30_000_000) / 1000, clock.captureUs(ELAPSED - 30_000_000, NANO, ELAPSED));
    CaptureClock other = new CaptureClock(CaptureClock.Source.REALTIME);
    assertEquals((NANO - 30_000_000) / 1000, other.captureUs(NANO - 30_000_000, NANO, ELAPSED));
    assertEquals(1, clock.strangeStamps());
    assertEquals(1, other.strangeStamps());
  }

  @Test
  public void aStampOfNoClockCountsAsNow() {
    CaptureClock clock = new CaptureClock(CaptureClock.Source.REALTIME);
    assertEquals(NANO / 1000, clock.captureUs(5, NANO, ELAPSED));
    assertEquals(1, clock.strangeStamps());
  }

  @Test
  public void soundFollowsATimestampThatShakesWithoutShakingItself() {
    SoundClock clock = new SoundClock(48_000);
    long worst = 0;
    for (int i = 0; i < 1000; i++) {
      long shake = i % 2 == 0 ? 3_000_000 : -3_000_000;
      clock.onTimestamp(i * 480L, NANO + i * 10_000_000L + (i == 0 ? 0 : shake));
      long off = clock.captureUs(i * 480L) - (NANO / 1000 + i * 10_000L);
      worst = Math.max(worst, Math.abs(off));
    }
    assertTrue("off by " + worst + " us", worst < 300);
    assertEquals(0, clock.jumps());
  }

  @Test
  public void aDriftingDeviceIsFollowed() {
    SoundClock clock = new SoundClock(48_000);
    // 100 ppm fast for 60 s.
    for (int i = 0; i < 6000; i++) clock.onTimestamp(i * 480L, NANO + (long) (i * 9_999_000.0));
    long expected = (NANO + (long) (5999 * 9_999_000.0)) / 1000;
    assertEquals(expected, clock.captureUs(5999 * 480L), 100);
  }

  @Test
  public void lostSoundIsAJump() {
    SoundClock clock = new SoundClock(48_000);
    clock.onTimestamp(0, NANO);
    clock.onTimestamp(480, NANO + 500_000_000L);
    assertEquals(1, clock.jumps());
    assertEquals((NANO + 500_000_000L) / 1000, clock.captureUs(480));
  }

  @Test
  public void withoutTimestampsTheEarliestReadIsBelieved() {
    SoundClock clock = new SoundClock(48_000);
    clock.onRead(480, 20_000);
    clock.onRead(960, 60_000);
    clock.onRead(1440, 31_000);
    assertEquals(1_000, clock.captureUs(0));
  }
}
