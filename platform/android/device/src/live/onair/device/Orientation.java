// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/**
 * How sensor, screen and picture are turned against each other, in degrees clockwise out of 0, 90,
 * 180, 270. Pure.
 */
public final class Orientation {
  private Orientation() {}

  /**
   * How far a picture of this camera is turned clockwise to stand upright on the screen.
   *
   * <p>`sensorDegrees` is CameraCharacteristics.SENSOR_ORIENTATION, `screenDegrees` what
   * Display.getRotation() means in degrees. The screen's number is how far its drawing was turned,
   * against the device; a camera that looks at the user sees that turn the other way round.
   */
  public static int clockwiseToUpright(int sensorDegrees, int screenDegrees, Facing facing) {
    int turn = facing == Facing.FRONT ? screenDegrees : -screenDegrees;
    return wrap(sensorDegrees + turn);
  }

  /** Degrees of Surface.ROTATION_0 to ROTATION_270, which are 0 to 3. */
  public static int degreesOfRotation(int surfaceRotation) {
    return wrap(surfaceRotation * 90);
  }

  /**
   * The nearest quarter turn to what OrientationEventListener says, with 15 degrees of hold around
   * `current` so that a phone held askew does not flip the stream to and fro. -1 (flat on a table)
   * keeps `current`.
   */
  public static int quarterOf(int sensedDegrees, int current) {
    if (sensedDegrees < 0) return current;
    int apart = Math.abs(wrapSigned(sensedDegrees - current));
    if (apart <= 45 + HOLD_DEGREES) return current;
    return wrap((sensedDegrees + 45) / 90 * 90);
  }

  // Source: ours; a guess, not tried on a device. Higher turns later, lower flips more.
  private static final int HOLD_DEGREES = 15;

  /** A picture that stands upright after this turn has its sides swapped. */
  public static boolean swapsSides(int clockwiseDegrees) {
    return wrap(clockwiseDegrees) % 180 == 90;
  }

  /**
   * Where a point of the upright picture lies on the sensor's picture, both in fractions from the
   * top left. `mirrored` says that the user sees his own picture as in a mirror. Answers {x, y}.
   */
  public static float[] sensorPoint(float x, float y, int clockwiseToUpright, Mirror mirror) {
    float seenX = mirror == Mirror.LEFT_RIGHT ? 1 - x : x;
    switch (wrap(clockwiseToUpright)) {
      case 90:
        return new float[] {y, 1 - seenX};
      case 180:
        return new float[] {1 - seenX, 1 - y};
      case 270:
        return new float[] {1 - y, seenX};
      default:
        return new float[] {seenX, y};
    }
  }

  private static int wrap(int degrees) {
    return ((degrees % 360) + 360) % 360;
  }

  private static int wrapSigned(int degrees) {
    int wrapped = wrap(degrees);
    return wrapped > 180 ? wrapped - 360 : wrapped;
  }
}
