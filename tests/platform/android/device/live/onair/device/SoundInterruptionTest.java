// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import live.onair.device.SoundInterruption.Background;
import live.onair.device.SoundInterruption.Cause;
import live.onair.device.SoundInterruption.Decision;
import live.onair.device.SoundInterruption.Microphone;
import live.onair.device.SoundInterruption.OwnMode;
import live.onair.device.SoundInterruption.Speaker;
import org.junit.Test;

public final class SoundInterruptionTest {
  private static final int MODE_NORMAL = 0;
  private static final int MODE_IN_COMMUNICATION = 3;

  private final SoundInterruption sound = new SoundInterruption(OwnMode.NORMAL);

  @Test
  public void aRingingPhoneDoesNotSilenceTheStream() {
    assertEquals(Microphone.LIVE, sound.onMode(SoundInterruption.MODE_RINGTONE, 0).microphone);
  }

  @Test
  public void aCallSilencesTheStreamAndItsEndOpensTheMicrophoneAnew() {
    Decision during = sound.onMode(SoundInterruption.MODE_IN_CALL, 0);
    assertEquals(Microphone.SILENT, during.microphone);
    assertEquals(Speaker.SILENT, during.speaker);
    assertEquals(Cause.CALL, during.cause);

    Decision after = sound.onMode(MODE_NORMAL, 9_000_000);
    assertEquals(Microphone.SILENT, after.microphone);
    assertEquals(9_000_000 + SoundInterruption.SETTLE_US, after.decideAgainAtUs);

    assertEquals(Microphone.SILENT, sound.onTimeout(after.decideAgainAtUs - 1).microphone);
    Decision settled = sound.onTimeout(after.decideAgainAtUs);
    assertEquals(Microphone.REOPEN, settled.microphone);
    assertEquals(Cause.NONE, settled.cause);
    assertEquals(Microphone.LIVE, sound.onTimeout(after.decideAgainAtUs + 1).microphone);
  }

  @Test
  public void aSecondCallBeforeTheFirstHasSettledKeepsTheSilence() {
    sound.onMode(SoundInterruption.MODE_IN_CALL, 0);
    sound.onMode(MODE_NORMAL, 1_000_000);
    sound.onMode(SoundInterruption.MODE_IN_CALL, 1_100_000);
    assertEquals(Microphone.SILENT, sound.onTimeout(5_000_000).microphone);
    sound.onMode(MODE_NORMAL, 6_000_000);
    assertEquals(Microphone.REOPEN, sound.onTimeout(7_000_000).microphone);
  }

  @Test
  public void anotherAppsTalkIsACallButOurOwnIsNot() {
    assertEquals(Microphone.SILENT, sound.onMode(MODE_IN_COMMUNICATION, 0).microphone);
    SoundInterruption ours = new SoundInterruption(OwnMode.COMMUNICATION);
    assertEquals(Microphone.LIVE, ours.onMode(MODE_IN_COMMUNICATION, 0).microphone);
  }

  @Test
  public void anotherAppsSoundDucksOrSilencesTheSpeakerAndNeverTheMicrophone() {
    Decision ducked = sound.onFocus(SoundInterruption.FOCUS_LOSS_TRANSIENT_CAN_DUCK, 0);
    assertEquals(Speaker.DUCKED, ducked.speaker);
    assertEquals(Microphone.LIVE, ducked.microphone);
    Decision silent = sound.onFocus(SoundInterruption.FOCUS_LOSS_TRANSIENT, 1);
    assertEquals(Speaker.SILENT, silent.speaker);
    assertEquals(Microphone.LIVE, silent.microphone);
    assertEquals(Speaker.FULL, sound.onFocus(SoundInterruption.FOCUS_GAIN, 2).speaker);
  }

  @Test
  public void focusThatIsLostForGoodIsAskedForOnlyWhenTheUserWantsIt() {
    assertFalse(sound.onFocus(SoundInterruption.FOCUS_LOSS, 0).asksFocus);
    assertFalse(sound.onTimeout(60_000_000).asksFocus);
    assertTrue(sound.onResume(61_000_000).asksFocus);
    assertEquals(Speaker.FULL, sound.onFocus(SoundInterruption.FOCUS_GAIN, 61_000_001).speaker);
    assertFalse(sound.onResume(62_000_000).asksFocus);
  }

  @Test
  public void aWithheldMicrophoneIsSilentAndComesBackOpenedAnew() {
    Decision withheld = sound.onWithheld(true, 0);
    assertEquals(Microphone.SILENT, withheld.microphone);
    assertEquals(Cause.SYSTEM, withheld.cause);
    Decision back = sound.onWithheld(false, 1_000_000);
    assertEquals(Microphone.REOPEN, sound.onTimeout(back.decideAgainAtUs).microphone);
  }

  @Test
  public void theBackgroundSilencesOnlyAnAppWithoutAService() {
    assertEquals(Microphone.LIVE, sound.onBackground(Background.WITH_SERVICE, 0).microphone);
    Decision away = sound.onBackground(Background.WITHOUT_SERVICE, 1);
    assertEquals(Microphone.SILENT, away.microphone);
    assertEquals(Cause.BACKGROUND, away.cause);
    Decision back = sound.onBackground(Background.ON_SCREEN, 2);
    assertEquals(Microphone.REOPEN, sound.onTimeout(back.decideAgainAtUs).microphone);
  }
}
