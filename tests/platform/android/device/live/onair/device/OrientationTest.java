// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public final class OrientationTest {
  private static final float EXACT = 0.0001f;

  @Test
  public void aBackCameraOfAPhoneIsTurnedAQuarterInPortraitAndNotInLandscape() {
    assertEquals(90, Orientation.clockwiseToUpright(90, 0, Facing.BACK));
    assertEquals(0, Orientation.clockwiseToUpright(90, 90, Facing.BACK));
    assertEquals(270, Orientation.clockwiseToUpright(90, 180, Facing.BACK));
    assertEquals(180, Orientation.clockwiseToUpright(90, 270, Facing.BACK));
  }

  @Test
  public void aFrontCameraSeesTheTurnOfThePhoneTheOtherWayRound() {
    assertEquals(270, Orientation.clockwiseToUpright(270, 0, Facing.FRONT));
    assertEquals(0, Orientation.clockwiseToUpright(270, 90, Facing.FRONT));
    assertEquals(90, Orientation.clockwiseToUpright(270, 180, Facing.FRONT));
    assertEquals(180, Orientation.clockwiseToUpright(270, 270, Facing.FRONT));
  }

  @Test
  public void aTabletWhoseSensorStandsAsItsScreenNeedsNoTurn() {
    assertEquals(0, Orientation.clockwiseToUpright(0, 0, Facing.EXTERNAL));
  }

  @Test
  public void anUprightPointGoesBackThroughTheTurnToTheSensor() {
    // A sensor point (0.2, 0.1) turned clockwise by 90 stands at (1 - 0.1, 0.2).
    assertArrayEquals(
        new float[] {0.2f, 0.1f}, Orientation.sensorPoint(0.9f, 0.2f, 90, Mirror.NONE), EXACT);
    assertArrayEquals(
        new float[] {0.2f, 0.1f}, Orientation.sensorPoint(0.8f, 0.9f, 180, Mirror.NONE), EXACT);
    assertArrayEquals(
        new float[] {0.2f, 0.1f}, Orientation.sensorPoint(0.1f, 0.8f, 270, Mirror.NONE), EXACT);
    assertArrayEquals(
        new float[] {0.2f, 0.1f}, Orientation.sensorPoint(0.2f, 0.1f, 0, Mirror.NONE), EXACT);
  }

  @Test
  public void aTapOnAMirroredPreviewMeansTheOtherSide() {
    assertArrayEquals(new float[] {0.2f, 0.1f},
        Orientation.sensorPoint(0.1f, 0.2f, 90, Mirror.LEFT_RIGHT), EXACT);
  }

  @Test
  public void aPhoneHeldAskewKeepsItsQuarterUntilItIsWellPastTheMiddle() {
    assertEquals(0, Orientation.quarterOf(55, 0));
    assertEquals(90, Orientation.quarterOf(65, 0));
    assertEquals(90, Orientation.quarterOf(35, 90));
    assertEquals(0, Orientation.quarterOf(345, 90));
    assertEquals(270, Orientation.quarterOf(-1, 270));
  }

  @Test
  public void quarterTurnsSwapSides() {
    assertTrue(Orientation.swapsSides(90));
    assertTrue(Orientation.swapsSides(-90));
    assertFalse(Orientation.swapsSides(180));
    assertEquals(270, Orientation.degreesOfRotation(3));
  }
}
