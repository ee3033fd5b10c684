// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/** What an app takes from the phone to go live or to play. */
public enum LiveUse {
  /** The camera's pictures. */
  CAMERA,
  /** The microphone's sound. */
  MICROPHONE,
  /** The screen's pictures. */
  SCREEN,
  /** Playing on while the app is not on the screen. */
  PLAYBACK,
  /** A headset by Bluetooth, for its name and its link. */
  BLUETOOTH_HEADSET
}
