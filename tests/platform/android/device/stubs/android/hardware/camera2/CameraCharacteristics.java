// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2;

public final class CameraCharacteristics extends CameraMetadata<CameraCharacteristics.Key<?>> {
  public static final Key<Integer> LENS_FACING = null;
  public static final Key<Integer> SENSOR_ORIENTATION = null;
  public static final Key<android.graphics.Rect> SENSOR_INFO_ACTIVE_ARRAY_SIZE = null;
  public static final Key<Integer> SENSOR_INFO_TIMESTAMP_SOURCE = null;
  public static final Key<Float> SCALER_AVAILABLE_MAX_DIGITAL_ZOOM = null;
  public static final Key<android.hardware.camera2.params.StreamConfigurationMap> SCALER_STREAM_CONFIGURATION_MAP = null;
  public static final Key<android.util.Range<Float>> CONTROL_ZOOM_RATIO_RANGE = null;
  public static final Key<Boolean> FLASH_INFO_AVAILABLE = null;
  public static final Key<Integer> CONTROL_MAX_REGIONS_AF = null;
  public static final Key<Integer> CONTROL_MAX_REGIONS_AE = null;
  public static final Key<android.util.Range<Integer>[]> CONTROL_AE_AVAILABLE_TARGET_FPS_RANGES = null;
  public static final Key<int[]> CONTROL_AF_AVAILABLE_MODES = null;
  public static final Key<int[]> CONTROL_AVAILABLE_VIDEO_STABILIZATION_MODES = null;
  CameraCharacteristics() {}
  public <T> T get(Key<T> a) { return null; }

  public static final class Key<T> {
    Key() {}
  }
}
