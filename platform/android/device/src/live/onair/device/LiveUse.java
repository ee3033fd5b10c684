// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

/** What an app takes from the phone to go live or to play. */
public enum LiveUse {
  CAMERA,
  MICROPHONE,
  SCREEN,
  /** Playing on while the app is not on the screen. */
  PLAYBACK,
  BLUETOOTH_HEADSET
}
