// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/** What is asked of a camera. Sizes are those of the picture as it leaves the sensor: landscape. */
public final class CameraConfig {
  /** Which camera. */
  public Facing facing = Facing.FRONT;
  /** Pixels; the camera's nearest size is taken. */
  public int width = 1280;
  /** As the width. */
  public int height = 720;
  /** Pictures per second; the camera's nearest range is taken. */
  public int frameRate = 30;
  /** What gives way in the dark. */
  public CameraChoice.LightPreference light = CameraChoice.LightPreference.STEADY_RATE;

  /** A copy: the camera does not see later changes. */
  CameraConfig copy() {
    CameraConfig copy = new CameraConfig();
    copy.facing = facing;
    copy.width = width;
    copy.height = height;
    copy.frameRate = frameRate;
    copy.light = light;
    return copy;
  }
}
