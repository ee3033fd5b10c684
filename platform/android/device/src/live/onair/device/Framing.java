// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/**
 * What part of the sensor is shown, and where on it a tap lies. Pure.
 *
 * <p>Two ways to zoom: a ratio (CONTROL_ZOOM_RATIO, API 30), after which the system's coordinates
 * mean what is left of the sensor; or a crop (SCALER_CROP_REGION), which is in coordinates of the
 * whole sensor.
 */
public final class Framing {
  private Framing() {}

  /** A zoom within what the camera can. NaN and nonsense give the least. */
  public static float zoomWithin(float wanted, float least, float most) {
    if (!(wanted > least)) return least;
    return Math.min(wanted, most);
  }

  /** The part of `sensor` that a zoom by cropping shows. `zoom` is at least 1. */
  public static Area crop(Area sensor, float zoom) {
    int width = Math.max(1, Math.round(sensor.width() / zoom));
    int height = Math.max(1, Math.round(sensor.height() / zoom));
    int left = sensor.left + (sensor.width() - width) / 2;
    int top = sensor.top + (sensor.height() - height) / 2;
    return new Area(left, top, left + width, top + height);
  }

  /**
   * The square around a tap in which focus and exposure are measured.
   *
   * <p>`shown` is the sensor under ratio zoom and the crop under crop zoom; pictures of
   * `width` x `height` (as they leave the sensor, not turned) show the middle of it. `point` is
   * Orientation.sensorPoint(). The square is kept inside.
   */
  public static Area meteringSquare(Area shown, int width, int height, float[] point) {
    Area seen = shown.centredOf(width, height);
    int side = Math.max(1, Math.round(Math.min(seen.width(), seen.height()) * METERING_SHARE));
    int left = seen.left + Math.round(point[0] * seen.width()) - side / 2;
    int top = seen.top + Math.round(point[1] * seen.height()) - side / 2;
    left = Math.max(seen.left, Math.min(left, seen.right - side));
    top = Math.max(seen.top, Math.min(top, seen.bottom - side));
    return new Area(left, top, left + side, top + side);
  }

  // Of the shorter side. Larger meters more than was meant, smaller finds nothing to focus on.
  // Source: ours; a guess, not tried on a device.
  private static final float METERING_SHARE = 0.15f;
}
