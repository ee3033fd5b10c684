// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertArrayEquals;

import org.junit.Test;

public final class TextureTransformTest {
  private static final int[] SQUARE = {100, 100};

  // Where the output's point (x, y) looks in the picture; both begin at the bottom left.
  private static float[] look(float[] matrix, float x, float y) {
    return new float[] {
        matrix[0] * x + matrix[4] * y + matrix[12], matrix[1] * x + matrix[5] * y + matrix[13]};
  }

  private static void assertLooks(float[] matrix, float x, float y, float atX, float atY) {
    assertArrayEquals(new float[] {atX, atY}, look(matrix, x, y), 0.0001f);
  }

  @Test
  public void withoutATurnEachCornerLooksAtItself() {
    float[] matrix = TextureTransform.matrix(0, Mirror.NONE, SQUARE, SQUARE);
    assertLooks(matrix, 0, 0, 0, 0);
    assertLooks(matrix, 1, 1, 1, 1);
  }

  @Test
  public void aQuarterTurnClockwiseBringsTheTopToTheRight() {
    float[] matrix = TextureTransform.matrix(90, Mirror.NONE, SQUARE, SQUARE);
    // The output's right top shows what was at the left top.
    assertLooks(matrix, 1, 1, 0, 1);
    // And its left top what was at the left bottom.
    assertLooks(matrix, 0, 1, 0, 0);
  }

  @Test
  public void aHalfTurnShowsTheOppositeCorner() {
    float[] matrix = TextureTransform.matrix(180, Mirror.NONE, SQUARE, SQUARE);
    assertLooks(matrix, 0, 0, 1, 1);
    assertLooks(matrix, 0.25f, 0.5f, 0.75f, 0.5f);
  }

  @Test
  public void threeQuartersUndoOneQuarter() {
    float[] one = TextureTransform.matrix(90, Mirror.NONE, SQUARE, SQUARE);
    float[] three = TextureTransform.matrix(270, Mirror.NONE, SQUARE, SQUARE);
    float[] both = TextureTransform.product(one, three);
    assertLooks(both, 0.2f, 0.9f, 0.2f, 0.9f);
  }

  @Test
  public void aMirrorSwapsLeftAndRightOfWhatIsSeenAlsoWhenTurned() {
    float[] plain = TextureTransform.matrix(0, Mirror.LEFT_RIGHT, SQUARE, SQUARE);
    assertLooks(plain, 0, 1, 1, 1);
    float[] turned = TextureTransform.matrix(90, Mirror.LEFT_RIGHT, SQUARE, SQUARE);
    float[] unmirrored = TextureTransform.matrix(90, Mirror.NONE, SQUARE, SQUARE);
    assertArrayEquals(look(unmirrored, 0.9f, 0.3f), look(turned, 0.1f, 0.3f), 0.0001f);
  }

  @Test
  public void aWidePictureInATallOutputLosesItsSides() {
    float[] matrix =
        TextureTransform.matrix(0, Mirror.NONE, new int[] {200, 100}, new int[] {100, 100});
    assertLooks(matrix, 0, 0, 0.25f, 0);
    assertLooks(matrix, 1, 1, 0.75f, 1);
  }

  @Test
  public void aTurnedPictureIsCutByItsTurnedShape() {
    // 1280x720 turned by 90 is 720x1280 and fits 9:16 whole.
    float[] whole =
        TextureTransform.matrix(90, Mirror.NONE, new int[] {1280, 720}, new int[] {720, 1280});
    assertLooks(whole, 0, 0, 1, 0);
    assertLooks(whole, 1, 1, 0, 1);
    // In a square it loses its top and bottom, which are the sides of the unturned picture.
    float[] square =
        TextureTransform.matrix(90, Mirror.NONE, new int[] {200, 100}, new int[] {100, 100});
    assertLooks(square, 0.5f, 1, 0.25f, 0.5f);
  }
}
