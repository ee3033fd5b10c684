// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.media.AudioAttributes;
import android.media.AudioFormat;
import android.media.AudioManager;
import android.media.AudioTimestamp;
import android.media.AudioTrack;
import android.os.Process;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import live.onair.OnairException;
import live.onair.Player;
import live.onair.SoundFormat;

/**
 * Plays what a player gives by AudioTrack, on a thread of its own, and tells the player when each
 * sample is heard, by which pictures keep in step. Thread-safe.
 */
public final class SpeakerOutput {
  private static final int CHUNK_MS = 10;
  private static final long RETRY_US = 1_000_000;
  private static final SoundFormatOf NONE = new SoundFormatOf(48_000, 2);
  private static final float DUCKED_GAIN = 0.2f;

  /** What the device runs with. */
  private static final class SoundFormatOf {
    final int sampleRate;
    final int channels;

    SoundFormatOf(int sampleRate, int channels) {
      this.sampleRate = sampleRate;
      this.channels = channels;
    }

    boolean is(SoundFormat format) {
      return format.sampleRate() == sampleRate && format.channels() == channels;
    }
  }

  private final Player player;
  private final AudioTimestamp timestamp = new AudioTimestamp();
  // Of the newest run, which may have ended. Guarded by this.
  private Thread thread;
  private AtomicBoolean isEnded = new AtomicBoolean(true);
  private volatile float gain = 1;

  // Of the speaker's thread.
  private AudioTrack track;
  private SoundFormatOf format = NONE;
  private ByteBuffer chunk = buffer(NONE);
  private long framesWritten;
  private long retryAtUs;

  /** `player` was configured withPulledSound(), and is closed after stop(). */
  public SpeakerOutput(Player player) {
    this.player = player;
  }

  /** Begins to play on a thread of its own; no effect while it does. May follow stop(). */
  public synchronized void start() {
    if (!isEnded.get()) return;
    AtomicBoolean isOver = new AtomicBoolean();
    Thread before = thread;
    isEnded = isOver;
    thread = new Thread(() -> run(isOver, before), "onair.speaker");
    thread.start();
  }

  /** The player is not asked any more after return. */
  public void stop() throws InterruptedException {
    Thread ending;
    synchronized (this) {
      ending = thread;
      isEnded.set(true);
    }
    if (ending != null) ending.join();
  }

  /** What SoundInterruption decided. */
  public void obey(SoundInterruption.Speaker decision) {
    switch (decision) {
      case FULL:
        gain = 1;
        break;
      case DUCKED:
        gain = DUCKED_GAIN;
        break;
      default:
        gain = 0;
    }
  }

  // `before`, the run before this one, is still about to end where stop() has not returned.
  private void run(AtomicBoolean isOver, Thread before) {
    Process.setThreadPriority(Process.THREAD_PRIORITY_AUDIO);
    try {
      if (before != null) before.join();
      while (!isOver.get()) playChunk();
    } catch (OnairException closed) {
      // The player was closed before this.
    } catch (InterruptedException ended) {
      // Somebody wants this thread to end.
    }
    closeTrack();
  }

  private void playChunk() throws InterruptedException {
    int frames = format.sampleRate * CHUNK_MS / 1000;
    SoundFormat pulled = player.pullSound(chunk, frames, heardAtUs());
    if (pulled == null) { // No sound yet: the device is not kept busy with silence.
      Thread.sleep(CHUNK_MS);
      return;
    }
    if (!format.is(pulled)) {
      take(new SoundFormatOf(pulled.sampleRate(), pulled.channels()));
      return; // These 10 ms, of a format that the chunk was not made for, are not heard.
    }
    if (track == null && !openTrack()) { // The player goes on meanwhile, unheard.
      Thread.sleep(CHUNK_MS);
      return;
    }
    track.setVolume(gain);
    chunk.position(0).limit(frames * format.channels * 4);
    int written = track.write(chunk, chunk.remaining(), AudioTrack.WRITE_BLOCKING);
    chunk.clear();
    if (written < 0) {
      closeTrack();
      Thread.sleep(CHUNK_MS);
      return;
    }
    framesWritten += written / (format.channels * 4);
  }

  // When the next sample that is written leaves the speaker, by System.nanoTime().
  private long heardAtUs() {
    long nowUs = DriverClock.nowUs();
    if (track == null || !track.getTimestamp(timestamp)) return nowUs;
    long ahead = framesWritten - timestamp.framePosition;
    return Math.max(nowUs, timestamp.nanoTime / 1000 + ahead * 1_000_000 / format.sampleRate);
  }

  private void take(SoundFormatOf next) {
    closeTrack();
    format = next;
    chunk = buffer(next);
    retryAtUs = 0;
  }

  // False where the device gives none for now, as while a call has it; it is tried again.
  private boolean openTrack() {
    if (DriverClock.nowUs() < retryAtUs) return false;
    try {
      track = newTrack();
      if (track.getState() == AudioTrack.STATE_INITIALIZED) {
        track.play();
        framesWritten = 0;
        return true;
      }
    } catch (
        IllegalStateException | IllegalArgumentException | UnsupportedOperationException refused) {
      // As one that is not initialized.
    }
    closeTrack();
    retryAtUs = DriverClock.nowUs() + RETRY_US;
    return false;
  }

  private AudioTrack newTrack() {
    int channels =
        format.channels == 2 ? AudioFormat.CHANNEL_OUT_STEREO : AudioFormat.CHANNEL_OUT_MONO;
    int least =
        AudioTrack.getMinBufferSize(format.sampleRate, channels, AudioFormat.ENCODING_PCM_FLOAT);
    AudioAttributes use = new AudioAttributes.Builder()
                              .setUsage(AudioAttributes.USAGE_MEDIA)
                              .setContentType(AudioAttributes.CONTENT_TYPE_MOVIE)
                              .build();
    AudioFormat samples = new AudioFormat.Builder()
                              .setEncoding(AudioFormat.ENCODING_PCM_FLOAT)
                              .setSampleRate(format.sampleRate)
                              .setChannelMask(channels)
                              .build();
    return new AudioTrack(use, samples, Math.max(least, 2 * chunk.capacity()),
        AudioTrack.MODE_STREAM, AudioManager.AUDIO_SESSION_ID_GENERATE);
  }

  private void closeTrack() {
    if (track != null) track.release();
    track = null;
  }

  // Twice 10 ms, as a pull may answer in a larger format than the one before.
  private static ByteBuffer buffer(SoundFormatOf format) {
    int bytes = 2 * format.sampleRate * CHUNK_MS / 1000 * format.channels * 4;
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
