// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;

import live.onair.device.CameraChoice.LightPreference;
import org.junit.Test;

public final class CameraChoiceTest {
  private static final int[][] SIZES = {
      {4000, 3000}, {1920, 1080}, {1600, 1200}, {1280, 720}, {640, 480}};

  @Test
  public void theSmallestSizeOfTheSameShapeThatCoversThePictureIsChosen() {
    assertEquals(3, CameraChoice.size(SIZES, 1280, 720));
    assertEquals(3, CameraChoice.size(SIZES, 960, 540));
    assertEquals(4, CameraChoice.size(SIZES, 320, 240));
  }

  @Test
  public void withoutTheShapeTheSmallestThatCoversIsChosenAndElseTheLargest() {
    assertEquals(3, CameraChoice.size(SIZES, 720, 720));
    assertEquals(0, CameraChoice.size(SIZES, 5000, 5000));
    assertEquals(-1, CameraChoice.size(new int[0][], 640, 480));
  }

  @Test
  public void aSteadyRateIsPreferredUnlessLightIs() {
    int[][] ranges = {{15, 15}, {15, 30}, {30, 30}, {7, 30}, {60, 60}};
    assertEquals(2, CameraChoice.rateRange(ranges, 30, LightPreference.STEADY_RATE));
    assertEquals(3, CameraChoice.rateRange(ranges, 30, LightPreference.BRIGHT_PICTURE));
    assertEquals(4, CameraChoice.rateRange(ranges, 45, LightPreference.STEADY_RATE));
    assertEquals(4, CameraChoice.rateRange(ranges, 120, LightPreference.STEADY_RATE));
    assertEquals(-1, CameraChoice.rateRange(new int[0][], 30, LightPreference.STEADY_RATE));
  }
}
