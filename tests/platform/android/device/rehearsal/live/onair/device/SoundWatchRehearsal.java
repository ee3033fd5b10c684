// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;

import android.content.Context;
import android.content.FakeContext;
import android.media.AudioManager;
import android.os.Build;
import android.os.FakeLoop;
import android.os.Handler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.Before;
import org.junit.Test;

/** Our watch over calls and focus against a fake of AudioManager. */
public final class SoundWatchRehearsal {
  private final AudioManager audio = new AudioManager();
  private final List<String> told = new ArrayList<>();
  private SoundWatch watch;

  @Before
  public void begin() {
    FakeLoop.reset();
  }

  private void startOn(int apiLevel) {
    Build.VERSION.SDK_INT = apiLevel;
    watch = new SoundWatch(new FakeContext().with(Context.AUDIO_SERVICE, audio),
        SoundInterruption.OwnMode.NORMAL, new Handler(null),
        decision -> told.add(decision.microphone + " " + decision.speaker));
    watch.start();
    FakeLoop.settle();
  }

  @Test
  public void aCallIsSeenByTheClockBeforeApi31() {
    startOn(24);
    audio.fakeMode = 2;
    FakeLoop.runFor(600_000);
    audio.fakeMode = 0;
    FakeLoop.runFor(1_200_000);
    assertEquals(Arrays.asList("LIVE FULL", "SILENT SILENT", "SILENT FULL", "REOPEN FULL"), told);
  }

  @Test
  public void aCallIsToldSinceApi31() {
    startOn(31);
    assertNotNull(audio.fakeModes);
    audio.fakeModes.onModeChanged(2);
    audio.fakeModes.onModeChanged(2);
    assertEquals(Arrays.asList("LIVE FULL", "SILENT SILENT"), told);
    watch.stop();
    FakeLoop.settle();
    assertNull(audio.fakeModes);
  }

  @Test
  public void onlyOurOwnWithheldMicrophoneSilencesUs() {
    startOn(29);
    watch.setMicrophone(7);
    FakeLoop.settle();
    audio.fakeWithhold(8, true);
    assertEquals(1, told.size());
    audio.fakeWithhold(7, true);
    assertEquals("SILENT FULL", told.get(1));
  }

  @Test
  public void focusIsAskedForAtTheStartAndWhenTheUserWantsItBack() {
    startOn(24);
    assertEquals(1, audio.fakeFocusRequests);
    audio.fakeFocus.onAudioFocusChange(-1);
    FakeLoop.settle();
    assertEquals("LIVE SILENT", told.get(1));
    watch.resume();
    FakeLoop.settle();
    assertEquals(2, audio.fakeFocusRequests);
    assertEquals("LIVE FULL", told.get(told.size() - 1));
  }

  @Test
  public void aStoppedWatchSaysNothingMore() {
    startOn(24);
    AudioManager.OnAudioFocusChangeListener late = audio.fakeFocus;
    watch.stop();
    FakeLoop.settle();
    late.onAudioFocusChange(-1);
    audio.fakeMode = 2;
    FakeLoop.runFor(5_000_000);
    assertEquals(Arrays.asList("LIVE FULL"), told);
  }
}
