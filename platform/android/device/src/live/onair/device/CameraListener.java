// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/** What a camera has to say, on its thread. */
public interface CameraListener {
  /** Pictures come, of this size. Also after each interruption. */
  void onCameraRunning(CameraFacts camera, int width, int height);

  /** No pictures for now; the camera comes back by itself. */
  void onCameraInterrupted(CameraMachine.Reason reason);

  /** It does not come back unless it is opened again. */
  void onCameraFailed(CameraMachine.Reason reason);
}
