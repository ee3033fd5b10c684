// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2;

import android.graphics.Rect;
import android.hardware.camera2.params.MeteringRectangle;
import android.util.Range;
import android.view.Surface;
import java.util.HashMap;
import java.util.Map;

/** Fake: keeps what was set. */
public final class CaptureRequest extends CameraMetadata<CaptureRequest.Key<?>> {
  public static final Key<Integer> CONTROL_MODE = new Key<>();
  public static final Key<Integer> CONTROL_AE_MODE = new Key<>();
  public static final Key<Range<Integer>> CONTROL_AE_TARGET_FPS_RANGE = new Key<>();
  public static final Key<MeteringRectangle[]> CONTROL_AE_REGIONS = new Key<>();
  public static final Key<Integer> CONTROL_AF_MODE = new Key<>();
  public static final Key<Integer> CONTROL_AF_TRIGGER = new Key<>();
  public static final Key<MeteringRectangle[]> CONTROL_AF_REGIONS = new Key<>();
  public static final Key<Integer> CONTROL_VIDEO_STABILIZATION_MODE = new Key<>();
  public static final Key<Float> CONTROL_ZOOM_RATIO = new Key<>();
  public static final Key<Integer> FLASH_MODE = new Key<>();
  public static final Key<Rect> SCALER_CROP_REGION = new Key<>();

  private final Map<Key<?>, Object> values;

  private CaptureRequest(Map<Key<?>, Object> values) {
    this.values = values;
  }

  @SuppressWarnings("unchecked")
  public <T> T fakeGet(Key<T> key) {
    return (T) values.get(key);
  }

  /** As Android's. */
  public static final class Key<T> {}

  /** As Android's. */
  public static final class Builder {
    private final Map<Key<?>, Object> values = new HashMap<>();

    public void addTarget(Surface surface) {}

    public <T> void set(Key<T> key, T value) {
      values.put(key, value);
    }

    public CaptureRequest build() {
      return new CaptureRequest(new HashMap<>(values));
    }
  }
}
