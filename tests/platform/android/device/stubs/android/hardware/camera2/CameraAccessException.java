// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2;

public class CameraAccessException extends android.util.AndroidException {
  public static final int CAMERA_DISABLED = 1;
  public static final int CAMERA_DISCONNECTED = 2;
  public static final int CAMERA_ERROR = 3;
  public static final int CAMERA_IN_USE = 4;
  public static final int MAX_CAMERAS_IN_USE = 5;
  public CameraAccessException(int a) {}
  public final int getReason() { return 0; }
}
