// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2;

public final class CameraManager {
  CameraManager() {}
  public String[] getCameraIdList() throws CameraAccessException { return null; }
  public CameraCharacteristics getCameraCharacteristics(String a) throws CameraAccessException { return null; }
  public void openCamera(String a, CameraDevice.StateCallback b, android.os.Handler c) throws CameraAccessException {}
  public void registerAvailabilityCallback(AvailabilityCallback a, android.os.Handler b) {}
  public void unregisterAvailabilityCallback(AvailabilityCallback a) {}

  public static abstract class AvailabilityCallback {
    public AvailabilityCallback() {}
    public void onCameraAvailable(String a) {}
  }
}
