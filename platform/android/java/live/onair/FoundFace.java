// SPDX-License-Identifier: Apache-2.0
package live.onair;

/**
 * Where a face is: from forehead to chin and ear to ear, in fractions of the picture from its top
 * left. Immutable.
 */
public final class FoundFace {
  // As PictureCalls hands them over.
  final float[] numbers = new float[16];

  private FoundFace() {}

  /**
   * A face by its box.
   *
   * @param x of its left side
   * @param y of its top
   * @param width above 0
   * @param height above 0
   * @param confidence that it is one, 0 to 1
   * @return the face
   */
  public static FoundFace of(float x, float y, float width, float height, float confidence) {
    FoundFace face = new FoundFace();
    face.put(0, x, y, width, height, confidence);
    return face;
  }

  /**
   * The same with landmarks, which larger eyes need: x and y of each, right and left as the person
   * in the picture has them.
   *
   * @param rightEye on the left of the picture
   * @param leftEye on the right of the picture
   * @param noseTip of the nose
   * @param rightMouthCorner on the left of the picture
   * @param leftMouthCorner on the right of the picture
   * @return another face
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} where one is not two numbers
   */
  public FoundFace withLandmarks(
      float[] rightEye,
      float[] leftEye,
      float[] noseTip,
      float[] rightMouthCorner,
      float[] leftMouthCorner) {
    FoundFace face = new FoundFace();
    System.arraycopy(numbers, 0, face.numbers, 0, 5);
    face.numbers[5] = 1;
    float[][] points = {rightEye, leftEye, noseTip, rightMouthCorner, leftMouthCorner};
    for (int i = 0; i < points.length; ++i) {
      if (points[i] == null || points[i].length != 2) {
        throw OnairException.refuse("face.landmarks");
      }
      face.put(6 + 2 * i, points[i]);
    }
    return face;
  }

  private void put(int at, float... values) {
    System.arraycopy(values, 0, numbers, at, values.length);
  }
}
