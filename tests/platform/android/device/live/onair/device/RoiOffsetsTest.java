// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import live.onair.RoiRegion;
import org.junit.Test;

public final class RoiOffsetsTest {
  private static final RoiRegion FACE = new RoiRegion(0.25f, 0.5f, 0.5f, 0.25f, 1f);
  private static final RoiRegion ALL = new RoiRegion(0, 0, 1, 1, -0.5f);

  @Test
  public void rectanglesAreTopLeftBottomRightWithTheBestFirst() {
    assertEquals("360,320-540,960=-10;0,0-720,1280=5",
        RoiOffsets.rects(Arrays.asList(ALL, FACE), 1280, 720, 10));
  }

  @Test
  public void nothingToChangeIsNoText() {
    assertEquals("", RoiOffsets.rects(Collections.<RoiRegion>emptyList(), 1280, 720, 10));
    assertEquals("",
        RoiOffsets.rects(
            Arrays.asList(new RoiRegion(0, 0, 1, 1, 0.01f), new RoiRegion(2, 2, 1, 1, 1)), 64, 64,
            10));
  }

  @Test
  public void regionsOutsideThePictureAreCutAndQualityIsHeldToItsRange() {
    assertEquals("0,0-32,64=-6",
        RoiOffsets.rects(Arrays.asList(new RoiRegion(-1, -1, 3, 1.5f, 7)), 64, 64, 6));
  }

  @Test
  public void theMapHasABytePerBlockAndTheBestRegionWins() {
    byte[] map = RoiOffsets.map(Arrays.asList(FACE, ALL), 64, 64, 10);
    assertEquals(16, map.length);
    byte[] third = {5, -10, -10, 5};
    assertArrayEquals(third, Arrays.copyOfRange(map, 8, 12));
    assertEquals(5, map[0]);
    assertEquals(5, map[15]);
  }

  @Test
  public void blocksThatAreCutByTheEdgeAreThere() {
    assertEquals(80 * 45, RoiOffsets.map(Arrays.asList(FACE), 1280, 720, 10).length);
    byte[] odd = RoiOffsets.map(Arrays.asList(new RoiRegion(0, 0, 1, 1, 1)), 65, 33, 4);
    assertEquals(5 * 3, odd.length);
    for (byte offset : odd) assertEquals(-4, offset);
  }

  @Test
  public void atMostSixteenRegionsAreTold() {
    List<RoiRegion> many = new ArrayList<>();
    for (int i = 0; i < 40; i++) many.add(new RoiRegion(0, 0, 1, 1, i / 40f));
    String rects = RoiOffsets.rects(many, 64, 64, 51);
    assertEquals(16, rects.split(";").length);
    assertTrue(rects, rects.startsWith("0,0-64,64=-50"));
  }
}
