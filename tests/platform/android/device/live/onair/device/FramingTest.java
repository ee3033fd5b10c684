// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

public final class FramingTest {
  private static final Area SENSOR = new Area(0, 0, 4000, 3000);

  @Test
  public void aCropStaysInTheMiddleAndShrinksByTheZoom() {
    assertEquals(new Area(1000, 750, 3000, 2250), Framing.crop(SENSOR, 2f));
    assertEquals(SENSOR, Framing.crop(SENSOR, 1f));
    assertEquals(new Area(110, 60, 210, 160), Framing.crop(new Area(60, 10, 260, 210), 2f));
  }

  @Test
  public void aZoomStaysWithinWhatTheCameraCan() {
    assertEquals(1f, Framing.zoomWithin(0.5f, 1f, 8f), 0);
    assertEquals(8f, Framing.zoomWithin(99f, 1f, 8f), 0);
    assertEquals(0.6f, Framing.zoomWithin(Float.NaN, 0.6f, 8f), 0);
    assertEquals(2.5f, Framing.zoomWithin(2.5f, 0.6f, 8f), 0);
  }

  @Test
  public void aTapMetersAroundItsPlaceInThePartThatThePictureShows() {
    // 16:9 of a 4:3 sensor: 4000 x 2250 in the middle, from y = 375; the square is 15 % of 2250.
    Area square = Framing.meteringSquare(SENSOR, 1280, 720, new float[] {0.5f, 0.5f});
    assertEquals(337, square.width(), 1);
    assertEquals(2000, (square.left + square.right) / 2, 1);
    assertEquals(1500, (square.top + square.bottom) / 2, 1);
  }

  @Test
  public void aTapInTheCornerKeepsItsSquareInsideThePicture() {
    Area square = Framing.meteringSquare(SENSOR, 1280, 720, new float[] {1f, 0f});
    assertEquals(4000, square.right);
    assertEquals(375, square.top);
    Area zoomed = Framing.meteringSquare(Framing.crop(SENSOR, 4f), 640, 480, new float[] {0f, 1f});
    assertEquals(1500, zoomed.left);
    assertEquals(1875, zoomed.bottom);
  }

  @Test
  public void theMiddleOfAnAreaHasTheShapeThatWasAskedFor() {
    assertEquals(new Area(0, 375, 4000, 2625), SENSOR.centredOf(16, 9));
    assertEquals(new Area(500, 0, 3500, 3000), SENSOR.centredOf(1, 1));
  }
}
