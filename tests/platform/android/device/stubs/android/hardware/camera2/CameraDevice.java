// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2;

public abstract class CameraDevice {
  public static final int TEMPLATE_RECORD = 3;
  CameraDevice() {}
  public abstract void createCaptureSession(java.util.List<android.view.Surface> a, CameraCaptureSession.StateCallback b, android.os.Handler c) throws CameraAccessException;
  public abstract CaptureRequest.Builder createCaptureRequest(int a) throws CameraAccessException;
  public abstract void close();

  public static abstract class StateCallback {
    public StateCallback() {}
    public abstract void onOpened(CameraDevice a);
    public abstract void onDisconnected(CameraDevice a);
    public abstract void onError(CameraDevice a, int b);
  }
}
