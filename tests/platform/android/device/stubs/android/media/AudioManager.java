// SPDX-License-Identifier: Apache-2.0
package android.media;

public class AudioManager {
  public static final String ACTION_SCO_AUDIO_STATE_UPDATED = "android.media.ACTION_SCO_AUDIO_STATE_UPDATED";
  public static final String EXTRA_SCO_AUDIO_STATE = "android.media.extra.SCO_AUDIO_STATE";
  public static final int SCO_AUDIO_STATE_ERROR = -1;
  public static final int SCO_AUDIO_STATE_CONNECTED = 1;
  public static final int SCO_AUDIO_STATE_CONNECTING = 2;
  public static final int GET_DEVICES_OUTPUTS = 2;
  public static final int AUDIO_SESSION_ID_GENERATE = 0;
  public static final int STREAM_MUSIC = 3;
  public static final int AUDIOFOCUS_GAIN = 1;
  public static final int AUDIOFOCUS_LOSS = -1;
  public static final int AUDIOFOCUS_LOSS_TRANSIENT = -2;
  public static final int AUDIOFOCUS_LOSS_TRANSIENT_CAN_DUCK = -3;
  public static final int AUDIOFOCUS_REQUEST_GRANTED = 1;
  public static final int MODE_RINGTONE = 1;
  public static final int MODE_IN_CALL = 2;
  public static final int MODE_IN_COMMUNICATION = 3;
  public static final int MODE_CALL_SCREENING = 4;
  public static final int MODE_CALL_REDIRECT = 5;
  AudioManager() {}
  public int getMode() { return 0; }
  public int requestAudioFocus(OnAudioFocusChangeListener a, int b, int c) { return 0; }
  public int requestAudioFocus(AudioFocusRequest a) { return 0; }
  public int abandonAudioFocus(OnAudioFocusChangeListener a) { return 0; }
  public int abandonAudioFocusRequest(AudioFocusRequest a) { return 0; }
  public void registerAudioRecordingCallback(AudioRecordingCallback a, android.os.Handler b) {}
  public void unregisterAudioRecordingCallback(AudioRecordingCallback a) {}
  public void registerAudioDeviceCallback(AudioDeviceCallback a, android.os.Handler b) {}
  public void unregisterAudioDeviceCallback(AudioDeviceCallback a) {}
  public AudioDeviceInfo[] getDevices(int a) { return null; }
  public void addOnModeChangedListener(java.util.concurrent.Executor a, OnModeChangedListener b) {}
  public void removeOnModeChangedListener(OnModeChangedListener a) {}
  public java.util.List<AudioDeviceInfo> getAvailableCommunicationDevices() { return null; }
  public boolean setCommunicationDevice(AudioDeviceInfo a) { return false; }
  public void clearCommunicationDevice() {}
  public void startBluetoothSco() {}
  public void stopBluetoothSco() {}
  public void setBluetoothScoOn(boolean a) {}
  public void setSpeakerphoneOn(boolean a) {}

  public interface OnAudioFocusChangeListener {
    void onAudioFocusChange(int a);
  }

  public interface OnModeChangedListener {
    void onModeChanged(int a);
  }

  public static abstract class AudioRecordingCallback {
    public AudioRecordingCallback() {}
    public void onRecordingConfigChanged(java.util.List<AudioRecordingConfiguration> a) {}
  }
}
