// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2;

public abstract class CameraMetadata<TKey> {
  public static final int CONTROL_MODE_AUTO = 1;
  public static final int CONTROL_AE_MODE_ON = 1;
  public static final int CONTROL_AF_MODE_AUTO = 1;
  public static final int CONTROL_AF_MODE_CONTINUOUS_VIDEO = 3;
  public static final int CONTROL_AF_TRIGGER_START = 1;
  public static final int CONTROL_VIDEO_STABILIZATION_MODE_ON = 1;
  public static final int FLASH_MODE_OFF = 0;
  public static final int FLASH_MODE_TORCH = 2;
  public static final int LENS_FACING_FRONT = 0;
  public static final int LENS_FACING_BACK = 1;
  public static final int SENSOR_INFO_TIMESTAMP_SOURCE_REALTIME = 1;
  CameraMetadata() {}
}
