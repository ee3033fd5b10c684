// SPDX-License-Identifier: Apache-2.0
package android.media;

import android.os.Handler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Fake: tests say who calls, who takes the focus and what is withheld. */
public class AudioManager {
  public OnAudioFocusChangeListener fakeFocus;
  public AudioRecordingCallback fakeRecordings;
  public OnModeChangedListener fakeModes;
  public int fakeMode;
  public int fakeFocusRequests;

  public int getMode() {
    return fakeMode;
  }

  public int requestAudioFocus(OnAudioFocusChangeListener listener, int stream, int hint) {
    fakeFocus = listener;
    fakeFocusRequests++;
    return 1;
  }

  public int abandonAudioFocus(OnAudioFocusChangeListener listener) {
    fakeFocus = null;
    return 1;
  }

  public void registerAudioRecordingCallback(AudioRecordingCallback callback, Handler handler) {
    fakeRecordings = callback;
  }

  public void unregisterAudioRecordingCallback(AudioRecordingCallback callback) {
    fakeRecordings = null;
  }

  public void addOnModeChangedListener(Executor executor, OnModeChangedListener listener) {
    fakeModes = listener;
  }

  public void removeOnModeChangedListener(OnModeChangedListener listener) {
    fakeModes = null;
  }

  public int requestAudioFocus(AudioFocusRequest request) {
    fakeFocusRequests++;
    return 1;
  }

  public int abandonAudioFocusRequest(AudioFocusRequest request) {
    return 1;
  }

  public void fakeWithhold(int session, boolean isWithheld) {
    List<AudioRecordingConfiguration> all = new ArrayList<>();
    all.add(new AudioRecordingConfiguration(session, isWithheld));
    fakeRecordings.onRecordingConfigChanged(all);
  }

  /** As Android's. */
  public interface OnAudioFocusChangeListener {
    void onAudioFocusChange(int change);
  }

  /** As Android's. */
  public interface OnModeChangedListener {
    void onModeChanged(int mode);
  }

  /** As Android's. */
  public abstract static class AudioRecordingCallback {
    public void onRecordingConfigChanged(List<AudioRecordingConfiguration> all) {}
  }
}
