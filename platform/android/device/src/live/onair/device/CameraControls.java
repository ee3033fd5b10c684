// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.graphics.Rect;
import android.hardware.camera2.CaptureRequest;
import android.hardware.camera2.params.MeteringRectangle;
import android.os.Build;
import android.util.Range;

/**
 * What the user asked of a camera, written into each capture request. Single-owner: the camera's
 * thread.
 */
final class CameraControls {
  private final CameraFacts camera;
  private final Range<Integer> rate;
  private float zoom = 1f;
  private Torch torch = Torch.OFF;
  private Area metering;

  /** `rate` may be null: the camera names no ranges. */
  CameraControls(CameraFacts camera, Range<Integer> rate) {
    this.camera = camera;
    this.rate = rate;
  }

  void zoomTo(float wanted) {
    zoom = Framing.zoomWithin(wanted, camera.leastZoom, camera.mostZoom);
  }

  void lightTorch(Torch wanted) {
    torch = camera.hasTorch ? wanted : Torch.OFF;
  }

  /** `point` on the sensor's picture of `width` x `height`; null: the camera decides again. */
  void meterAt(float[] point, int width, int height) {
    metering = point == null ? null : Framing.meteringSquare(shown(), width, height, point);
  }

  boolean isFocusLocked() {
    return metering != null && camera.canFocusOnce();
  }

  void writeTo(CaptureRequest.Builder request) {
    request.set(CaptureRequest.CONTROL_MODE, CaptureRequest.CONTROL_MODE_AUTO);
    request.set(CaptureRequest.CONTROL_AE_MODE, CaptureRequest.CONTROL_AE_MODE_ON);
    if (rate != null) request.set(CaptureRequest.CONTROL_AE_TARGET_FPS_RANGE, rate);
    request.set(CaptureRequest.FLASH_MODE,
        torch == Torch.ON ? CaptureRequest.FLASH_MODE_TORCH : CaptureRequest.FLASH_MODE_OFF);
    if (camera.canStabilise()) {
      request.set(CaptureRequest.CONTROL_VIDEO_STABILIZATION_MODE,
          CaptureRequest.CONTROL_VIDEO_STABILIZATION_MODE_ON);
    }
    writeZoom(request);
    writeMetering(request);
  }

  /** Starts one search for focus, with a capture of its own. */
  void writeFocusTrigger(CaptureRequest.Builder request) {
    request.set(CaptureRequest.CONTROL_AF_TRIGGER, CaptureRequest.CONTROL_AF_TRIGGER_START);
  }

  private Area shown() {
    return camera.zoomsByRatio ? camera.sensor : Framing.crop(camera.sensor, Math.max(1f, zoom));
  }

  private void writeZoom(CaptureRequest.Builder request) {
    if (camera.zoomsByRatio && Build.VERSION.SDK_INT >= 30) {
      Api30.writeZoomRatio(request, zoom);
      return;
    }
    Area crop = shown();
    request.set(
        CaptureRequest.SCALER_CROP_REGION, new Rect(crop.left, crop.top, crop.right, crop.bottom));
  }

  private void writeMetering(CaptureRequest.Builder request) {
    if (metering == null) {
      if (camera.canFocusForVideo()) {
        request.set(
            CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_VIDEO);
      }
      return;
    }
    MeteringRectangle[] regions = {new MeteringRectangle(metering.left, metering.top,
        metering.width(), metering.height(), MeteringRectangle.METERING_WEIGHT_MAX)};
    if (camera.canMeterExposure) request.set(CaptureRequest.CONTROL_AE_REGIONS, regions);
    if (camera.canFocusOnce()) {
      request.set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_AUTO);
      request.set(CaptureRequest.CONTROL_AF_REGIONS, regions);
    }
  }

  private static final class Api30 {
    static void writeZoomRatio(CaptureRequest.Builder request, float zoom) {
      request.set(CaptureRequest.CONTROL_ZOOM_RATIO, zoom);
    }
  }
}
