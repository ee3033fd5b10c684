// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2;

public class CaptureResult extends CameraMetadata<CaptureResult.Key<?>> {
  CaptureResult() {}

  public static class Key<T> {
    Key() {}
  }
}
