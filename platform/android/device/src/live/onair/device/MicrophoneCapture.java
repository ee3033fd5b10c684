// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.media.AudioFormat;
import android.media.AudioRecord;
import android.media.AudioTimestamp;
import android.media.MediaRecorder;
import android.media.audiofx.AcousticEchoCanceler;
import android.media.audiofx.NoiseSuppressor;
import android.os.Process;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReference;
import live.onair.SampleFormat;
import live.onair.Sound;

/**
 * A microphone by AudioRecord, 10 ms at a time, on a thread of its own on which the sink is called.
 * While it is silent or its device is lost, silence comes in its place, so that the stream's sound
 * never ends. Thread-safe.
 */
public final class MicrophoneCapture {
  /** Told on the microphone's thread. */
  public interface Listener {
    /** The device gives no sound for now; it is tried again by itself. */
    void onMicrophoneLost(int audioRecordError);

    /** Sound comes; AudioRecord.getAudioSessionId() for effects and for AudioManager. */
    void onMicrophoneRunning(int audioSessionId);
  }

  private static final int CHUNK_MS = 10;
  // Room for the device while this thread is late. Source: ours; a guess, not tried on a device.
  private static final int DEVICE_BUFFER_MS = 120;
  private static final long RETRY_US = 1_000_000;

  private enum Wish { LIVE, SILENT, REOPEN, END }

  private final MicrophoneConfig config;
  private final SoundSink sink;
  private final Listener listener;
  private final ByteBuffer chunk;
  private final int chunkFrames;
  private final int frameBytes;
  private final AudioTimestamp timestamp = new AudioTimestamp();
  // Of the newest run, which may have ended. Written under this.
  private volatile AtomicReference<Wish> wish = new AtomicReference<>(Wish.END);
  private Thread thread;

  // Of the microphone's thread.
  private AudioRecord record;
  private SoundClock clock;
  private AcousticEchoCanceler echoCanceller;
  private NoiseSuppressor noiseSuppressor;
  private long framesRead;
  private long retryAtUs;
  private long silentUntilUs;

  /**
   * Opens nothing; the configuration is copied. The sink and the listener are called on the
   * microphone's thread.
   */
  public MicrophoneCapture(MicrophoneConfig config, SoundSink sink, Listener listener) {
    this.config = config.copy();
    this.sink = sink;
    this.listener = listener;
    frameBytes = 2 * config.channels;
    chunkFrames = config.sampleRate * CHUNK_MS / 1000;
    chunk = ByteBuffer.allocateDirect(chunkFrames * frameBytes).order(ByteOrder.nativeOrder());
  }

  /** Begins; needs the permission RECORD_AUDIO. No effect while it runs. */
  public synchronized void start() {
    if (wish.get() != Wish.END) return;
    AtomicReference<Wish> own = new AtomicReference<>(Wish.LIVE);
    Thread before = thread;
    wish = own;
    thread = new Thread(() -> run(own, before), "onair.microphone");
    thread.start();
  }

  /** Ends; the sink is not called after return. Waits for one read, so not on the sink's thread. */
  public void stop() throws InterruptedException {
    Thread ending;
    synchronized (this) {
      ending = thread;
      wish.set(Wish.END);
    }
    if (ending != null) ending.join();
  }

  /** What SoundInterruption decided. */
  public void obey(SoundInterruption.Microphone decision) {
    switch (decision) {
      case SILENT:
        wishUnlessEnded(Wish.SILENT);
        break;
      case REOPEN:
        wishUnlessEnded(Wish.REOPEN);
        break;
      default:
        wish.compareAndSet(Wish.SILENT, Wish.LIVE);
    }
  }

  private void wishUnlessEnded(Wish next) {
    AtomicReference<Wish> of = wish;
    Wish before = of.get();
    while (before != Wish.END && !of.compareAndSet(before, next)) before = of.get();
  }

  // `before`, the run before this one, is still about to end where stop() has not returned.
  private void run(AtomicReference<Wish> own, Thread before) {
    Process.setThreadPriority(Process.THREAD_PRIORITY_URGENT_AUDIO);
    try {
      if (before != null) before.join();
      capture(own);
    } catch (InterruptedException ended) {
      own.set(Wish.END);
    }
    closeDevice();
  }

  private void capture(AtomicReference<Wish> own) throws InterruptedException {
    for (Wish now = own.get(); now != Wish.END; now = own.get()) {
      if (now == Wish.REOPEN) {
        closeDevice();
        retryAtUs = 0;
        own.compareAndSet(Wish.REOPEN, Wish.LIVE);
      }
      if (now == Wish.SILENT) closeDevice();
      if (now == Wish.LIVE && record == null && DriverClock.nowUs() >= retryAtUs) openDevice();
      if (record == null || !readChunk()) giveSilence();
    }
  }

  private void openDevice() {
    int channels =
        config.channels == 2 ? AudioFormat.CHANNEL_IN_STEREO : AudioFormat.CHANNEL_IN_MONO;
    int least =
        AudioRecord.getMinBufferSize(config.sampleRate, channels, AudioFormat.ENCODING_PCM_16BIT);
    int wanted = config.sampleRate * DEVICE_BUFFER_MS / 1000 * frameBytes;
    try {
      record = new AudioRecord(sourceOf(config.source), config.sampleRate, channels,
          AudioFormat.ENCODING_PCM_16BIT, Math.max(least, wanted));
    } catch (IllegalArgumentException refused) {
      lose(AudioRecord.ERROR_BAD_VALUE);
      return;
    } catch (SecurityException forbidden) {
      lose(AudioRecord.ERROR_INVALID_OPERATION);
      return;
    }
    if (record.getState() != AudioRecord.STATE_INITIALIZED || !isStarted()) {
      lose(AudioRecord.ERROR_INVALID_OPERATION);
      return;
    }
    framesRead = 0;
    clock = new SoundClock(config.sampleRate);
    openEffects(record.getAudioSessionId());
    listener.onMicrophoneRunning(record.getAudioSessionId());
  }

  private boolean isStarted() {
    try {
      record.startRecording();
    } catch (IllegalStateException refused) {
      return false;
    }
    return record.getRecordingState() == AudioRecord.RECORDSTATE_RECORDING;
  }

  private static int sourceOf(MicrophoneConfig.Source source) {
    switch (source) {
      case VOICE_COMMUNICATION:
        return MediaRecorder.AudioSource.VOICE_COMMUNICATION;
      case UNPROCESSED:
        return MediaRecorder.AudioSource.UNPROCESSED;
      default:
        return MediaRecorder.AudioSource.CAMCORDER;
    }
  }

  // create() answers null on devices that say they have it and do not.
  private void openEffects(int session) {
    if (config.echoCanceller == MicrophoneConfig.Effect.ON && AcousticEchoCanceler.isAvailable()) {
      echoCanceller = AcousticEchoCanceler.create(session);
      if (echoCanceller != null) echoCanceller.setEnabled(true);
    }
    if (config.noiseSuppressor == MicrophoneConfig.Effect.ON && NoiseSuppressor.isAvailable()) {
      noiseSuppressor = NoiseSuppressor.create(session);
      if (noiseSuppressor != null) noiseSuppressor.setEnabled(true);
    }
  }

  private boolean readChunk() {
    chunk.clear();
    int bytes = record.read(chunk, chunk.capacity(), AudioRecord.READ_BLOCKING);
    if (bytes <= 0) {
      lose(bytes);
      return false;
    }
    int frames = bytes / frameBytes;
    long first = framesRead;
    framesRead += frames;
    if (record.getTimestamp(timestamp, AudioTimestamp.TIMEBASE_MONOTONIC) == AudioRecord.SUCCESS) {
      clock.onTimestamp(timestamp.framePosition, timestamp.nanoTime);
    } else {
      clock.onRead(framesRead, DriverClock.nowUs());
    }
    long capturedUs = clock.captureUs(first);
    silentUntilUs = capturedUs + frames * 1_000_000L / config.sampleRate;
    give(frames, capturedUs);
    return true;
  }

  private void giveSilence() throws InterruptedException {
    long nowUs = DriverClock.nowUs();
    if (nowUs - silentUntilUs > 1_000_000) silentUntilUs = nowUs; // The first, or long asleep.
    while (silentUntilUs <= nowUs) {
      chunk.clear();
      while (chunk.hasRemaining()) chunk.put((byte) 0);
      chunk.clear();
      give(chunkFrames, silentUntilUs);
      silentUntilUs += CHUNK_MS * 1000;
    }
    Thread.sleep(CHUNK_MS);
  }

  private void give(int frames, long capturedUs) {
    chunk.position(0).limit(frames * frameBytes);
    sink.onSound(Sound.of(chunk, SampleFormat.S16, config.sampleRate, config.channels)
                     .capturedAt(capturedUs));
  }

  private void lose(int error) {
    closeDevice();
    retryAtUs = DriverClock.nowUs() + RETRY_US;
    listener.onMicrophoneLost(error);
  }

  private void closeDevice() {
    if (echoCanceller != null) echoCanceller.release();
    if (noiseSuppressor != null) noiseSuppressor.release();
    if (record != null) record.release();
    echoCanceller = null;
    noiseSuppressor = null;
    record = null;
  }
}
