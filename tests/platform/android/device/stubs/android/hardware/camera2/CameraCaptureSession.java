// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2;

public abstract class CameraCaptureSession {
  CameraCaptureSession() {}
  public abstract int setRepeatingRequest(CaptureRequest a, CaptureCallback b, android.os.Handler c) throws CameraAccessException;
  public abstract int capture(CaptureRequest a, CaptureCallback b, android.os.Handler c) throws CameraAccessException;
  public abstract void close();

  public static abstract class StateCallback {
    public StateCallback() {}
    public abstract void onConfigured(CameraCaptureSession a);
    public abstract void onConfigureFailed(CameraCaptureSession a);
  }

  public static abstract class CaptureCallback {
    public CaptureCallback() {}
    public void onCaptureCompleted(CameraCaptureSession a, CaptureRequest b, TotalCaptureResult c) {}
  }
}
