// SPDX-License-Identifier: Apache-2.0
package android.media;

import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Fake: a read ends when tests let it. */
public class AudioRecord {
  public static final Semaphore fakeReading = new Semaphore(0);
  public static final Semaphore fakeSound = new Semaphore(0);
  public static final AtomicInteger fakeOpen = new AtomicInteger();
  public static final AtomicInteger fakeMostOpen = new AtomicInteger();

  public AudioRecord(int source, int sampleRate, int channels, int encoding, int bytes) {
    int open = fakeOpen.incrementAndGet();
    fakeMostOpen.accumulateAndGet(open, Math::max);
  }

  public static void fakeReset() {
    fakeReading.drainPermits();
    fakeSound.drainPermits();
    fakeOpen.set(0);
    fakeMostOpen.set(0);
  }

  public static int getMinBufferSize(int sampleRate, int channels, int encoding) {
    return 0;
  }

  public int getState() {
    return 1;
  }

  public int getRecordingState() {
    return 3;
  }

  public int getAudioSessionId() {
    return 7;
  }

  public void startRecording() {}

  public int read(ByteBuffer into, int bytes, int mode) {
    fakeReading.release();
    fakeSound.acquireUninterruptibly();
    return bytes;
  }

  public int getTimestamp(AudioTimestamp timestamp, int timebase) {
    return -1;
  }

  public void release() {
    fakeOpen.decrementAndGet();
  }
}
