// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2;

import android.os.Handler;
import android.view.Surface;
import java.util.ArrayList;
import java.util.List;

/** Fake: a camera with a session, both of which do nothing until tests say so. */
public final class FakeCamera extends CameraDevice {
  public final String id;
  public final StateCallback callback;
  public final List<CaptureRequest> repeated = new ArrayList<>();
  public final List<CaptureRequest> captured = new ArrayList<>();
  public CameraCaptureSession.StateCallback sessionCallback;
  public boolean isOpen;

  FakeCamera(String id, StateCallback callback) {
    this.id = id;
    this.callback = callback;
  }

  public void open() {
    isOpen = true;
    callback.onOpened(this);
  }

  public void configure() {
    sessionCallback.onConfigured(session);
  }

  public CaptureRequest last() {
    return repeated.get(repeated.size() - 1);
  }

  @Override
  public void createCaptureSession(
      List<Surface> targets, CameraCaptureSession.StateCallback told, Handler handler) {
    sessionCallback = told;
  }

  @Override
  public CaptureRequest.Builder createCaptureRequest(int template) {
    return new CaptureRequest.Builder();
  }

  @Override
  public void close() {
    isOpen = false;
  }

  private final CameraCaptureSession session = new CameraCaptureSession() {
    @Override
    public int setRepeatingRequest(CaptureRequest request, CaptureCallback told, Handler handler) {
      repeated.add(request);
      return 0;
    }

    @Override
    public int capture(CaptureRequest request, CaptureCallback told, Handler handler) {
      captured.add(request);
      return 0;
    }

    @Override
    public void close() {}
  };
}
