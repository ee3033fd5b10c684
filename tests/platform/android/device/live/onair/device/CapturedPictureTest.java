// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;

import java.nio.ByteBuffer;
import live.onair.Plane;
import org.junit.Test;

public final class CapturedPictureTest {
  @Test
  public void aPictureOfEachTurnGoesToThePublisherAndIsReleasedOnlyWhenAsked() {
    int[] releases = {0};
    Plane plane = Plane.of(ByteBuffer.allocateDirect(4), 2);
    for (int turn : new int[] {0, 90, 180, 270}) {
      CapturedPicture picture = new CapturedPicture(new CapturedPicture.Shape(2, 2, turn), 1_000,
          new Plane[] {plane, plane, plane}, () -> releases[0]++);
      assertNotNull(picture.picture());
      assertEquals(turn, picture.clockwiseToUpright);
      assertEquals(0, releases[0]);
      picture.release();
      assertEquals(1, releases[0]);
      releases[0] = 0;
    }
  }
}
