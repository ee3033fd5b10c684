// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.content.Context;
import android.media.AudioAttributes;
import android.media.AudioFocusRequest;
import android.media.AudioManager;
import android.media.AudioRecordingConfiguration;
import android.os.Build;
import android.os.Handler;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Watches audio focus, calls and the withheld microphone, and says what SoundInterruption makes of
 * them. Needs no permission: a call is seen by AudioManager.getMode(). Thread-safe; the listener is
 * called on the handler's thread.
 */
public final class SoundWatch {
  /** Told of each decision, also of those that change nothing. */
  public interface Listener {
    /** On the handler's thread. */
    void onSound(SoundInterruption.Decision decision);
  }

  // Before API 31 nobody tells of a changed mode. Source: ours; half a second of a call's ring.
  private static final long ASK_MODE_MS = 500;

  private final AudioManager audio;
  private final Handler handler;
  private final Listener listener;
  private final SoundInterruption interruption;
  private final Alarm alarm;

  // Of the handler's thread.
  private boolean isStarted;
  private int microphoneSession = -1;
  private int mode;
  private Object modeListener; // Api31's.
  private Object focusRequest; // Api26's.

  /** Watches nothing before start(). */
  public SoundWatch(
      Context context, SoundInterruption.OwnMode ownMode, Handler handler, Listener listener) {
    this.audio = (AudioManager) context.getSystemService(Context.AUDIO_SERVICE);
    this.handler = handler;
    this.listener = listener;
    this.interruption = new SoundInterruption(ownMode);
    this.alarm = new Alarm(handler, () -> tell(interruption.onTimeout(DriverClock.nowUs())));
  }

  /** Asks for audio focus and begins to watch. */
  public void start() {
    handler.post(() -> {
      if (isStarted) return;
      isStarted = true;
      requestFocus();
      audio.registerAudioRecordingCallback(recordings, handler);
      mode = audio.getMode();
      if (Build.VERSION.SDK_INT >= 31) {
        modeListener = Api31.watchMode(audio, handler::post, this::onMode);
      } else {
        handler.postDelayed(askMode, ASK_MODE_MS);
      }
      tell(interruption.onMode(mode, DriverClock.nowUs()));
    });
  }

  /** Gives audio focus back; start() may follow. */
  public void stop() {
    handler.post(() -> {
      if (!isStarted) return;
      isStarted = false;
      alarm.set(Long.MAX_VALUE);
      handler.removeCallbacks(askMode);
      audio.unregisterAudioRecordingCallback(recordings);
      if (Build.VERSION.SDK_INT >= 31) Api31.unwatchMode(audio, modeListener);
      abandonFocus();
    });
  }

  /** Which recording is ours: MicrophoneCapture.Listener tells. */
  public void setMicrophone(int audioSessionId) {
    handler.post(() -> microphoneSession = audioSessionId);
  }

  /**
   * Told by the app whenever it leaves or enters the screen, and when its foreground service starts
   * or ends.
   */
  public void setBackground(SoundInterruption.Background background) {
    handler.post(() -> tell(interruption.onBackground(background, DriverClock.nowUs())));
  }

  /** The user wants the sound back. */
  public void resume() {
    handler.post(() -> tell(interruption.onResume(DriverClock.nowUs())));
  }

  private void tell(SoundInterruption.Decision decision) {
    if (!isStarted) return;
    alarm.set(decision.decideAgainAtUs);
    if (decision.asksFocus && requestFocus()) {
      tell(interruption.onFocus(AudioManager.AUDIOFOCUS_GAIN, DriverClock.nowUs()));
      return;
    }
    listener.onSound(decision);
  }

  private void onMode(int now) {
    if (now == mode) return;
    mode = now;
    tell(interruption.onMode(now, DriverClock.nowUs()));
  }

  private final Runnable askMode = new Runnable() {
    @Override
    public void run() {
      if (!isStarted) return;
      onMode(audio.getMode());
      handler.postDelayed(this, ASK_MODE_MS);
    }
  };

  private final AudioManager.OnAudioFocusChangeListener focus =
      new AudioManager.OnAudioFocusChangeListener() {
        @Override
        public void onAudioFocusChange(int change) {
          handler.post(() -> tell(interruption.onFocus(change, DriverClock.nowUs())));
        }
      };

  private final AudioManager.AudioRecordingCallback recordings =
      new AudioManager.AudioRecordingCallback() {
        @Override
        public void onRecordingConfigChanged(List<AudioRecordingConfiguration> all) {
          if (Build.VERSION.SDK_INT < 29) return;
          for (AudioRecordingConfiguration one : all) {
            if (one.getClientAudioSessionId() != microphoneSession) continue;
            boolean isWithheld = Api29.isWithheld(one);
            tell(interruption.onWithheld(isWithheld, DriverClock.nowUs()));
          }
        }
      };

  private boolean requestFocus() {
    if (Build.VERSION.SDK_INT >= 26) {
      if (focusRequest == null) focusRequest = Api26.request(focus, handler);
      return Api26.ask(audio, focusRequest) == AudioManager.AUDIOFOCUS_REQUEST_GRANTED;
    }
    return audio.requestAudioFocus(focus, AudioManager.STREAM_MUSIC, AudioManager.AUDIOFOCUS_GAIN)
        == AudioManager.AUDIOFOCUS_REQUEST_GRANTED;
  }

  private void abandonFocus() {
    if (Build.VERSION.SDK_INT >= 26) {
      if (focusRequest != null) Api26.abandon(audio, focusRequest);
    } else {
      audio.abandonAudioFocus(focus);
    }
  }

  private static final class Api26 {
    static Object request(AudioManager.OnAudioFocusChangeListener listener, Handler handler) {
      AudioAttributes media = new AudioAttributes.Builder()
                                  .setUsage(AudioAttributes.USAGE_MEDIA)
                                  .setContentType(AudioAttributes.CONTENT_TYPE_MOVIE)
                                  .build();
      return new AudioFocusRequest.Builder(AudioManager.AUDIOFOCUS_GAIN)
          .setAudioAttributes(media)
          .setWillPauseWhenDucked(false)
          .setOnAudioFocusChangeListener(listener, handler)
          .build();
    }

    static int ask(AudioManager audio, Object request) {
      return audio.requestAudioFocus((AudioFocusRequest) request);
    }

    static void abandon(AudioManager audio, Object request) {
      audio.abandonAudioFocusRequest((AudioFocusRequest) request);
    }
  }

  private static final class Api29 {
    static boolean isWithheld(AudioRecordingConfiguration recording) {
      return recording.isClientSilenced();
    }
  }

  private static final class Api31 {
    interface ModeSink {
      void onMode(int mode);
    }

    static Object watchMode(AudioManager audio, Executor executor, ModeSink sink) {
      AudioManager.OnModeChangedListener listener = sink::onMode;
      audio.addOnModeChangedListener(executor, listener);
      return listener;
    }

    static void unwatchMode(AudioManager audio, Object listener) {
      audio.removeOnModeChangedListener((AudioManager.OnModeChangedListener) listener);
    }
  }
}
