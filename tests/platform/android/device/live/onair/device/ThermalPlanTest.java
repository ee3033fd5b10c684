// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import live.onair.device.ThermalPlan.Decision;
import live.onair.device.ThermalPlan.Step;
import org.junit.Test;

public final class ThermalPlanTest {
  private static final int NONE = 0;
  private static final int MODERATE = 2;
  private static final int CRITICAL = 4;
  private static final int SHUTDOWN = 6;

  private final ThermalPlan plan = new ThermalPlan();

  @Test
  public void aHotterPhoneGivesUpAtOnce() {
    assertEquals(Step.HALF, plan.onStatus(CRITICAL, 0).step);
    assertEquals(Step.STOP, plan.onStatus(SHUTDOWN, 1).step);
  }

  @Test
  public void aCoolerPhoneTakesBackOneStepEachHalfMinute() {
    plan.onStatus(CRITICAL, 0);
    Decision decision = plan.onStatus(NONE, 1_000_000);
    assertEquals(Step.HALF, decision.step);
    assertEquals(1_000_000 + ThermalPlan.COOLER_FOR_US, decision.decideAgainAtUs);
    Step[] back = {Step.FEWER_PICTURES, Step.WITHOUT_BEAUTY, Step.FULL};
    for (Step step : back) {
      long due = decision.decideAgainAtUs;
      assertEquals("too early", decision.step, plan.onTimeout(due - 1).step);
      decision = plan.onTimeout(due);
      assertEquals(step, decision.step);
    }
    assertEquals(Long.MAX_VALUE, decision.decideAgainAtUs);
  }

  @Test
  public void aPhoneThatSwingsBetweenTwoStatusesStaysAtTheHotterOne() {
    for (int i = 0; i < 20; i++) {
      plan.onStatus(MODERATE, i * 20_000_000L);
      assertEquals(Step.WITHOUT_BEAUTY, plan.onStatus(NONE, i * 20_000_000L + 10_000_000).step);
    }
  }

  @Test
  public void eachStepGivesUpNoLessThanTheOneBefore() {
    Step before = Step.FULL;
    for (Step step : Step.values()) {
      assertTrue(step.frameRateShare <= before.frameRateShare);
      assertTrue(step.rateShare <= before.rateShare);
      assertTrue(before.hasBeauty || !step.hasBeauty);
      before = step;
    }
    assertEquals(0, Step.STOP.rateShare, 0);
  }

  @Test
  public void numbersOfNoMeaningCountAsTheEnds() {
    assertEquals(Step.FULL, plan.onStatus(-5, 0).step);
    assertEquals(Step.STOP, plan.onStatus(99, 0).step);
  }
}
