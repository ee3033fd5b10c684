// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2;

public final class CaptureRequest extends CameraMetadata<CaptureRequest.Key<?>> {
  public static final Key<Integer> CONTROL_MODE = null;
  public static final Key<Integer> CONTROL_AE_MODE = null;
  public static final Key<android.util.Range<Integer>> CONTROL_AE_TARGET_FPS_RANGE = null;
  public static final Key<android.hardware.camera2.params.MeteringRectangle[]> CONTROL_AE_REGIONS = null;
  public static final Key<Integer> CONTROL_AF_MODE = null;
  public static final Key<Integer> CONTROL_AF_TRIGGER = null;
  public static final Key<android.hardware.camera2.params.MeteringRectangle[]> CONTROL_AF_REGIONS = null;
  public static final Key<Integer> CONTROL_VIDEO_STABILIZATION_MODE = null;
  public static final Key<Float> CONTROL_ZOOM_RATIO = null;
  public static final Key<Integer> FLASH_MODE = null;
  public static final Key<android.graphics.Rect> SCALER_CROP_REGION = null;
  CaptureRequest() {}

  public static final class Key<T> {
    Key() {}
  }

  public static final class Builder {
    Builder() {}
    public void addTarget(android.view.Surface a) {}
    public <T> void set(Key<T> a, T b) {}
    public CaptureRequest build() { return null; }
  }
}
