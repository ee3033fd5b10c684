// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import live.onair.Picture;
import live.onair.Plane;
import live.onair.Rotation;

/**
 * A picture as it left the device, in 4:2:0. Its planes lie in the device's memory: whoever got the
 * picture calls release() once, on any thread, and does not read them after that.
 */
public final class CapturedPicture {
  /** Pixels, before it is turned. */
  public final int width;
  /** Pixels, before it is turned. */
  public final int height;
  /** Degrees clockwise until it stands upright: 0, 90, 180, 270. */
  public final int clockwiseToUpright;
  /** By Onair.nowMicros(). */
  public final long capturedUs;
  final Plane[] planes;
  private final Runnable release;

  CapturedPicture(Shape shape, long capturedUs, Plane[] planes, Runnable release) {
    this.width = shape.width;
    this.height = shape.height;
    this.clockwiseToUpright = shape.clockwiseToUpright;
    this.capturedUs = capturedUs;
    this.planes = planes;
    this.release = release;
  }

  /** The same pixels for a publisher, which releases them: pushVideo(picture(), this::release). */
  public Picture picture() {
    return Picture.yuv420(width, height, planes[0], planes[1], planes[2])
        .rotated(rotation(clockwiseToUpright))
        .capturedAt(capturedUs);
  }

  /** Gives the memory back; once. */
  public void release() {
    release.run();
  }

  private static Rotation rotation(int degrees) {
    switch (degrees) {
      case 90:
        return Rotation.DEGREES_90;
      case 180:
        return Rotation.DEGREES_180;
      case 270:
        return Rotation.DEGREES_270;
      default:
        return Rotation.NONE;
    }
  }

  /** What a picture looks like. */
  static final class Shape {
    final int width;
    final int height;
    final int clockwiseToUpright;

    Shape(int width, int height, int clockwiseToUpright) {
      this.width = width;
      this.height = height;
      this.clockwiseToUpright = clockwiseToUpright;
    }
  }
}
