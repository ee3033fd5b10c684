// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import live.onair.EncoderTarget;
import live.onair.EncoderTargets;
import live.onair.device.EncoderSteering.Change;
import live.onair.device.EncoderSteering.Flow;
import org.junit.Test;

public final class EncoderSteeringTest {
  private final EncoderSteering steering = new EncoderSteering(1_000_000);

  private static EncoderTarget rate(int bps) {
    return EncoderTargets.of(bps, 30);
  }

  @Test
  public void lessGoesOutAtOnce() {
    steering.onTarget(rate(800_000));
    assertEquals(800_000, steering.changeAt(0).rateBps);
    steering.onTarget(rate(500_000));
    assertEquals(500_000, steering.changeAt(1).rateBps);
    assertTrue(steering.changeAt(2).isEmpty());
  }

  @Test
  public void moreGoesOutAtMostTwiceASecond() {
    steering.onTarget(rate(1_200_000));
    assertEquals(1_200_000, steering.changeAt(0).rateBps);
    steering.onTarget(rate(1_400_000));
    assertEquals(0, steering.changeAt(EncoderSteering.RAISE_EVERY_US - 1).rateBps);
    assertEquals(1_400_000, steering.changeAt(EncoderSteering.RAISE_EVERY_US).rateBps);
  }

  @Test
  public void stepsThatAreNotWorthItAreLeftOut() {
    steering.onTarget(rate(1_040_000));
    assertEquals(0, steering.changeAt(0).rateBps);
    steering.onTarget(rate(990_000));
    assertEquals(0, steering.changeAt(1).rateBps);
    steering.onTarget(rate(970_000));
    assertEquals(970_000, steering.changeAt(2).rateBps);
  }

  @Test
  public void oneKeyFrameIsAskedForUntilItComesAndAgainWhenItDoesNot() {
    steering.onKeyFrameWanted();
    steering.onKeyFrameWanted();
    assertTrue(steering.changeAt(0).asksKeyFrame);
    assertFalse(steering.changeAt(33_000).asksKeyFrame);
    assertTrue(steering.changeAt(EncoderSteering.KEY_FRAME_EVERY_US).asksKeyFrame);
    steering.onKeyFrame();
    assertFalse(steering.changeAt(9_000_000).asksKeyFrame);
  }

  @Test
  public void aPausedEncoderIsSuspendedOnceAndResumesWithAKeyFrame() {
    steering.onTarget(EncoderTargets.PAUSED);
    assertEquals(Flow.SUSPEND, steering.changeAt(0).flow);
    assertTrue(steering.changeAt(1).isEmpty());
    assertFalse(steering.takesPicture(1));
    steering.onTarget(rate(1_000_000));
    Change resumed = steering.changeAt(2);
    assertEquals(Flow.RESUME, resumed.flow);
    assertTrue(resumed.asksKeyFrame);
  }

  @Test
  public void picturesAreLeftOutEvenlyDownToTheTargetsRate() {
    steering.onTarget(EncoderTargets.of(1_000_000, 20));
    int taken = 0;
    int leftOutInARow = 0;
    for (int i = 0; i < 300; i++) {
      // 30 per second, on a camera's clock that shakes by 0.3 ms.
      long captureUs = i * 33_333L + (i % 2) * 300;
      if (steering.takesPicture(captureUs)) {
        taken++;
        leftOutInARow = 0;
      } else {
        leftOutInARow++;
      }
      assertTrue("gap of " + leftOutInARow, leftOutInARow <= 1);
    }
    assertEquals(200, taken, 2);
  }

  @Test
  public void aRateAtOrAboveTheCamerasLeavesNothingOut() {
    steering.onTarget(EncoderTargets.of(1_000_000, 30));
    int taken = 0;
    for (int i = 0; i < 300; i++) taken += steering.takesPicture(i * 33_333L) ? 1 : 0;
    assertEquals(300, taken, 1);
    steering.onTarget(EncoderTargets.of(1_000_000, 0));
    assertTrue(steering.takesPicture(10_000_000));
    assertTrue(steering.takesPicture(10_000_001));
  }

  @Test
  public void aPauseOfTheCameraIsNotMadeUpForByABurst() {
    steering.onTarget(EncoderTargets.of(1_000_000, 10));
    assertTrue(steering.takesPicture(0));
    assertTrue(steering.takesPicture(5_000_000));
    assertFalse(steering.takesPicture(5_033_000));
    assertFalse(steering.takesPicture(5_066_000));
    assertTrue(steering.takesPicture(5_100_000));
  }
}
