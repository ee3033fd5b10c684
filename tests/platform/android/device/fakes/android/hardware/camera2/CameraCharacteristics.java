// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2;

import android.graphics.Rect;
import android.hardware.camera2.params.StreamConfigurationMap;
import android.util.Range;
import java.util.HashMap;
import java.util.Map;

/** Fake: a phone's camera of 4000 x 3000, zoom 1 to 8, with a light. */
public final class CameraCharacteristics extends CameraMetadata<CameraCharacteristics.Key<?>> {
  public static final Key<Integer> LENS_FACING = new Key<>();
  public static final Key<Integer> SENSOR_ORIENTATION = new Key<>();
  public static final Key<Rect> SENSOR_INFO_ACTIVE_ARRAY_SIZE = new Key<>();
  public static final Key<Integer> SENSOR_INFO_TIMESTAMP_SOURCE = new Key<>();
  public static final Key<Float> SCALER_AVAILABLE_MAX_DIGITAL_ZOOM = new Key<>();
  public static final Key<StreamConfigurationMap> SCALER_STREAM_CONFIGURATION_MAP = new Key<>();
  public static final Key<Range<Float>> CONTROL_ZOOM_RATIO_RANGE = new Key<>();
  public static final Key<Boolean> FLASH_INFO_AVAILABLE = new Key<>();
  public static final Key<Integer> CONTROL_MAX_REGIONS_AF = new Key<>();
  public static final Key<Integer> CONTROL_MAX_REGIONS_AE = new Key<>();
  public static final Key<Range<Integer>[]> CONTROL_AE_AVAILABLE_TARGET_FPS_RANGES = new Key<>();
  public static final Key<int[]> CONTROL_AF_AVAILABLE_MODES = new Key<>();
  public static final Key<int[]> CONTROL_AVAILABLE_VIDEO_STABILIZATION_MODES = new Key<>();

  private final Map<Key<?>, Object> values = new HashMap<>();

  CameraCharacteristics(int facing, int orientation) {
    values.put(LENS_FACING, facing);
    values.put(SENSOR_ORIENTATION, orientation);
    values.put(SENSOR_INFO_ACTIVE_ARRAY_SIZE, new Rect(0, 0, 4000, 3000));
    values.put(SCALER_AVAILABLE_MAX_DIGITAL_ZOOM, 8f);
    values.put(SCALER_STREAM_CONFIGURATION_MAP, new StreamConfigurationMap());
    values.put(CONTROL_ZOOM_RATIO_RANGE, new Range<>(0.6f, 8f));
    values.put(FLASH_INFO_AVAILABLE, true);
    values.put(CONTROL_MAX_REGIONS_AF, 1);
    values.put(CONTROL_MAX_REGIONS_AE, 1);
    values.put(CONTROL_AF_AVAILABLE_MODES, new int[] {1, 3});
  }

  @SuppressWarnings("unchecked")
  public <T> T get(Key<T> key) {
    return (T) values.get(key);
  }

  /** As Android's. */
  public static final class Key<T> {}
}
