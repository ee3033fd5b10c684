// SPDX-License-Identifier: Apache-2.0
package android.media;

public abstract class AudioDeviceCallback {
  public AudioDeviceCallback() {}
  public void onAudioDevicesAdded(AudioDeviceInfo[] a) {}
  public void onAudioDevicesRemoved(AudioDeviceInfo[] a) {}
}
