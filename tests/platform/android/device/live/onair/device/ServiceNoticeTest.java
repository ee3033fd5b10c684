// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public final class ServiceNoticeTest {
  private final ServiceNotice state = new ServiceNotice();

  @Test
  public void oneThatIsShownIsStoppedAtOnce() {
    state.onStart();
    assertFalse(state.onShown());
    assertTrue(state.stop());
  }

  @Test
  public void oneThatIsNotShownYetIsStoppedWhenItWas() {
    state.onStart();
    assertFalse(state.stop());
    assertTrue(state.onShown());
  }

  @Test
  public void oneThatIsWantedAgainGoesOn() {
    state.onStart();
    assertFalse(state.stop());
    state.onStart();
    assertFalse(state.onShown());
    assertFalse(state.onShown());
    assertTrue(state.stop());
  }

  @Test
  public void theLastOfManyStartsDecides() {
    state.onStart();
    state.onStart();
    assertFalse(state.stop());
    assertFalse(state.onShown());
    assertTrue(state.onShown());
  }

  @Test
  public void aStartThatIsRefusedAwaitsNoNotice() {
    state.onStart();
    state.onRefused();
    assertTrue(state.stop());
    state.onStart();
    assertFalse(state.stop());
    state.onStart();
    state.onRefused();
    assertTrue(state.onShown()); // It was ended before the start that failed.
  }

  @Test
  public void aStartOfAnEarlierProcessIsEndedAndNotCounted() {
    assertTrue(state.onShown());
    state.onStart();
    assertFalse(state.stop());
    assertTrue(state.onShown());
  }

  @Test
  public void stoppingWhatNeverRanAsksTheSystemAsBefore() {
    assertTrue(state.stop());
  }
}
