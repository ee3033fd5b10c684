// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import android.media.AudioRecord;
import android.os.FakeLoop;
import java.util.concurrent.TimeUnit;
import org.junit.Before;
import org.junit.Test;

/** The microphone's thread against a fake of AudioRecord whose reads end when the test says. */
public final class MicrophoneCaptureRehearsal implements MicrophoneCapture.Listener {
  private static final int PLENTY = 1_000_000;

  private final MicrophoneCapture microphone =
      new MicrophoneCapture(new MicrophoneConfig(), sound -> {}, this);

  @Before
  public void begin() {
    FakeLoop.reset();
    AudioRecord.fakeReset();
  }

  @Test(timeout = 60_000)
  public void aStartDuringAStopEndsTheOldRunBeforeTheNewOneOpensTheDevice() throws Exception {
    microphone.start();
    AudioRecord.fakeReading.acquire();
    Thread stopping = stopElsewhere();
    microphone.start();
    assertFalse(AudioRecord.fakeReading.tryAcquire(50, TimeUnit.MILLISECONDS));

    AudioRecord.fakeSound.release();
    stopping.join(); // Its run has ended, though a new one was begun meanwhile.
    AudioRecord.fakeReading.acquire(); // The new one reads.
    assertEquals(1, AudioRecord.fakeMostOpen.get());

    AudioRecord.fakeSound.release(PLENTY);
    microphone.stop();
    assertEquals(0, AudioRecord.fakeOpen.get());
  }

  @Test(timeout = 60_000)
  public void itIsStartedAndStoppedAsOftenAsOneLikes() throws Exception {
    AudioRecord.fakeSound.release(PLENTY);
    microphone.stop();
    for (int i = 0; i < 3; i++) {
      microphone.start();
      microphone.start();
      AudioRecord.fakeReading.acquire();
      microphone.stop();
      microphone.stop();
      assertEquals(0, AudioRecord.fakeOpen.get());
    }
  }

  // Answers when the stop waits for the run's end.
  private Thread stopElsewhere() {
    Thread stopping = new Thread(() -> {
      try {
        microphone.stop();
      } catch (InterruptedException never) {
        throw new AssertionError(never);
      }
    });
    stopping.start();
    while (stopping.getState() != Thread.State.WAITING) Thread.yield();
    assertTrue(stopping.isAlive());
    return stopping;
  }

  @Override
  public void onMicrophoneLost(int audioRecordError) {}

  @Override
  public void onMicrophoneRunning(int audioSessionId) {}
}
