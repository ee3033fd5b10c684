// SPDX-License-Identifier: Apache-2.0
package android.hardware.camera2;

public final class TotalCaptureResult extends CaptureResult {
  TotalCaptureResult() {}
}
