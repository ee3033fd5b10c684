// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2;

import android.os.Handler;
import java.util.ArrayList;
import java.util.List;

/** Fake: two cameras, of which tests say what happens to them. */
public final class CameraManager {
  public final List<FakeCamera> fakeOpened = new ArrayList<>();
  public AvailabilityCallback fakeAvailability;
  public CameraAccessException fakeRefusal;

  public String[] getCameraIdList() {
    return new String[] {"0", "1"};
  }

  public CameraCharacteristics getCameraCharacteristics(String id) {
    return id.equals("0") ? new CameraCharacteristics(CameraMetadata.LENS_FACING_BACK, 90)
                          : new CameraCharacteristics(CameraMetadata.LENS_FACING_FRONT, 270);
  }

  public void openCamera(String id, CameraDevice.StateCallback callback, Handler handler)
      throws CameraAccessException {
    if (fakeRefusal != null) throw fakeRefusal;
    fakeOpened.add(new FakeCamera(id, callback));
  }

  public void registerAvailabilityCallback(AvailabilityCallback callback, Handler handler) {
    fakeAvailability = callback;
  }

  public void unregisterAvailabilityCallback(AvailabilityCallback callback) {
    fakeAvailability = null;
  }

  /** The camera that was asked for last. */
  public FakeCamera fakeLast() {
    return fakeOpened.get(fakeOpened.size() - 1);
  }

  public int fakeOpenCount() {
    int count = 0;
    for (FakeCamera camera : fakeOpened) count += camera.isOpen ? 1 : 0;
    return count;
  }

  /** As Android's. */
  public abstract static class AvailabilityCallback {
    public void onCameraAvailable(String id) {}
  }
}
