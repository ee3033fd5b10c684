// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.graphics.ImageFormat;
import android.graphics.Rect;
import android.graphics.SurfaceTexture;
import android.hardware.camera2.CameraAccessException;
import android.hardware.camera2.CameraCharacteristics;
import android.hardware.camera2.CameraManager;
import android.hardware.camera2.CaptureRequest;
import android.hardware.camera2.params.StreamConfigurationMap;
import android.os.Build;
import android.util.Range;
import android.util.Size;
import java.util.ArrayList;
import java.util.List;

/** What one camera can, read once from its characteristics. Immutable. */
public final class CameraFacts {
  /** The system's, for CameraManager.openCamera(). */
  public final String id;
  /** LENS_FACING. */
  public final Facing facing;
  /** Degrees clockwise: SENSOR_ORIENTATION. */
  public final int sensorDegrees;
  /** Pixels that coordinates of metering and cropping mean. */
  public final Area sensor;
  /** Smallest ratio; 1 where it zooms by cropping. */
  public final float leastZoom;
  /** Largest ratio, at least 1; 1 where it cannot zoom. */
  public final float mostZoom;
  /** FLASH_INFO_AVAILABLE. */
  public final boolean hasTorch;
  /** Whether it takes an area to focus on. */
  public final boolean canMeterFocus;
  /** Whether it takes an area to expose for. */
  public final boolean canMeterExposure;
  /** Which clock its stamps are of. */
  public final CaptureClock.Source clock;
  final boolean zoomsByRatio;
  final int[][] sizes;
  final int[][] rateRanges;
  final int[] focusModes;
  final int[] stabilisations;

  private CameraFacts(String id, CameraCharacteristics from) {
    this.id = id;
    this.facing = facing(from.get(CameraCharacteristics.LENS_FACING));
    this.sensorDegrees = orZero(from.get(CameraCharacteristics.SENSOR_ORIENTATION));
    this.sensor = area(from.get(CameraCharacteristics.SENSOR_INFO_ACTIVE_ARRAY_SIZE));
    Range<Float> ratios = Build.VERSION.SDK_INT >= 30 ? Api30.zoomRatios(from) : null;
    this.zoomsByRatio = ratios != null;
    Float mostCrop = from.get(CameraCharacteristics.SCALER_AVAILABLE_MAX_DIGITAL_ZOOM);
    this.leastZoom = ratios != null ? ratios.getLower() : 1f;
    this.mostZoom = ratios != null ? ratios.getUpper() : mostCrop == null ? 1f : mostCrop;
    this.hasTorch = Boolean.TRUE.equals(from.get(CameraCharacteristics.FLASH_INFO_AVAILABLE));
    this.canMeterFocus = orZero(from.get(CameraCharacteristics.CONTROL_MAX_REGIONS_AF)) > 0;
    this.canMeterExposure = orZero(from.get(CameraCharacteristics.CONTROL_MAX_REGIONS_AE)) > 0;
    Integer source = from.get(CameraCharacteristics.SENSOR_INFO_TIMESTAMP_SOURCE);
    this.clock =
        source != null && source == CameraCharacteristics.SENSOR_INFO_TIMESTAMP_SOURCE_REALTIME
        ? CaptureClock.Source.REALTIME
        : CaptureClock.Source.UNKNOWN;
    this.sizes = sizes(from.get(CameraCharacteristics.SCALER_STREAM_CONFIGURATION_MAP));
    this.rateRanges =
        ranges(from.get(CameraCharacteristics.CONTROL_AE_AVAILABLE_TARGET_FPS_RANGES));
    this.focusModes = orEmpty(from.get(CameraCharacteristics.CONTROL_AF_AVAILABLE_MODES));
    this.stabilisations =
        orEmpty(from.get(CameraCharacteristics.CONTROL_AVAILABLE_VIDEO_STABILIZATION_MODES));
  }

  /** All cameras that the system tells of now; empty where it tells of none. */
  public static List<CameraFacts> list(CameraManager cameras) throws CameraAccessException {
    List<CameraFacts> found = new ArrayList<>();
    for (String id : cameras.getCameraIdList()) {
      found.add(new CameraFacts(id, cameras.getCameraCharacteristics(id)));
    }
    return found;
  }

  /** The first one that looks this way, else the first of all; null where there is none. */
  public static CameraFacts choose(List<CameraFacts> cameras, Facing facing) {
    for (CameraFacts camera : cameras) {
      if (camera.facing == facing) return camera;
    }
    return cameras.isEmpty() ? null : cameras.get(0);
  }

  boolean canFocusForVideo() {
    return has(focusModes, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_VIDEO);
  }

  boolean canFocusOnce() {
    return canMeterFocus && has(focusModes, CaptureRequest.CONTROL_AF_MODE_AUTO);
  }

  boolean canStabilise() {
    return has(stabilisations, CaptureRequest.CONTROL_VIDEO_STABILIZATION_MODE_ON);
  }

  private static boolean has(int[] values, int wanted) {
    for (int value : values) {
      if (value == wanted) return true;
    }
    return false;
  }

  private static Facing facing(Integer lens) {
    if (lens == null) return Facing.EXTERNAL;
    if (lens == CameraCharacteristics.LENS_FACING_FRONT) return Facing.FRONT;
    return lens == CameraCharacteristics.LENS_FACING_BACK ? Facing.BACK : Facing.EXTERNAL;
  }

  private static Area area(Rect rect) {
    if (rect == null) return new Area(0, 0, 1, 1);
    return new Area(rect.left, rect.top, rect.right, rect.bottom);
  }

  // Sizes in which both a SurfaceTexture and an ImageReader can be fed.
  private static int[][] sizes(StreamConfigurationMap map) {
    if (map == null) return new int[0][];
    Size[] readable = map.getOutputSizes(ImageFormat.YUV_420_888);
    Size[] drawable = map.getOutputSizes(SurfaceTexture.class);
    List<int[]> found = new ArrayList<>();
    if (readable == null || drawable == null) return new int[0][];
    for (Size size : readable) {
      for (Size other : drawable) {
        if (size.equals(other)) found.add(new int[] {size.getWidth(), size.getHeight()});
      }
    }
    return found.toArray(new int[0][]);
  }

  private static int[][] ranges(Range<Integer>[] ranges) {
    if (ranges == null) return new int[0][];
    int[][] found = new int[ranges.length][];
    for (int i = 0; i < ranges.length; i++) {
      found[i] = new int[] {ranges[i].getLower(), ranges[i].getUpper()};
    }
    return found;
  }

  private static int[] orEmpty(int[] values) {
    return values == null ? new int[0] : values;
  }

  private static int orZero(Integer value) {
    return value == null ? 0 : value;
  }

  private static final class Api30 {
    static Range<Float> zoomRatios(CameraCharacteristics from) {
      return from.get(CameraCharacteristics.CONTROL_ZOOM_RATIO_RANGE);
    }
  }
}
