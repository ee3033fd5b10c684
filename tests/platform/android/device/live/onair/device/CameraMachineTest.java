// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import live.onair.device.CameraMachine.Command;
import live.onair.device.CameraMachine.Reason;
import live.onair.device.CameraMachine.State;
import org.junit.Test;

public final class CameraMachineTest {
  private final CameraMachine machine = new CameraMachine();

  private List<Command> drain() {
    List<Command> commands = new ArrayList<>();
    for (Command next = machine.poll(); next != null; next = machine.poll()) commands.add(next);
    return commands;
  }

  private void run(long nowUs) {
    machine.open(nowUs);
    machine.onOpened(machine.attempt(), nowUs);
    machine.onConfigured(machine.attempt(), nowUs);
    drain();
  }

  @Test
  public void aCameraOpensIsConfiguredAndRuns() {
    machine.open(0);
    assertEquals(Arrays.asList(Command.OPEN), drain());
    machine.onOpened(machine.attempt(), 10);
    assertEquals(Arrays.asList(Command.CONFIGURE), drain());
    machine.onConfigured(machine.attempt(), 20);
    assertEquals(Arrays.asList(Command.TELL_RUNNING), drain());
    assertEquals(State.RUNNING, machine.state());
    assertEquals(Long.MAX_VALUE, machine.wakeAtUs());
  }

  @Test
  public void aCameraThatIsTakenAwayComesBackWhenItIsFree() {
    run(0);
    machine.onDisconnected(machine.attempt(), 1_000);
    assertEquals(Arrays.asList(Command.CLOSE, Command.TELL_INTERRUPTED), drain());
    assertEquals(Reason.IN_USE, machine.reason());
    machine.onAvailable(50_000);
    assertEquals(Arrays.asList(Command.OPEN), drain());
  }

  @Test
  public void aCameraThatIsTakenAwayIsAskedForByTheClockWhereNobodySaysThatItIsFree() {
    run(0);
    machine.onDisconnected(machine.attempt(), 1_000);
    drain();
    long due = machine.wakeAtUs();
    assertEquals(1_000 + CameraMachine.IN_USE_RETRY_US, due);
    machine.onTimeout(due - 1);
    assertEquals(Arrays.asList(), drain());
    machine.onTimeout(due);
    assertEquals(Arrays.asList(Command.OPEN), drain());
  }

  @Test
  public void anInterruptionIsToldOnceHoweverManyAttemptsItTakes() {
    run(0);
    int told = 0;
    long now = 0;
    machine.onDisconnected(machine.attempt(), now);
    for (int i = 0; i < 10; i++) {
      for (Command command : drain()) told += command == Command.TELL_INTERRUPTED ? 1 : 0;
      now = machine.wakeAtUs();
      machine.onTimeout(now);
      machine.onError(machine.attempt(), CameraMachine.ERROR_CAMERA_IN_USE, now);
    }
    assertEquals(1, told);
    assertEquals(State.WAITING, machine.state());
  }

  @Test
  public void aForbiddenCameraFailsAtOnceAndMayBeOpenedAnew() {
    machine.open(0);
    drain();
    machine.onError(machine.attempt(), CameraMachine.ERROR_CAMERA_DISABLED, 5);
    assertEquals(Arrays.asList(Command.CLOSE, Command.TELL_FAILED), drain());
    assertEquals(Reason.FORBIDDEN, machine.reason());
    machine.open(10);
    assertEquals(Arrays.asList(Command.OPEN), drain());
  }

  @Test
  public void aBrokenCameraIsTriedFiveTimesWithLongerAndLongerWaits() {
    machine.open(0);
    long now = 0;
    List<Long> waits = new ArrayList<>();
    while (machine.state() != State.FAILED) {
      machine.onError(machine.attempt(), CameraMachine.ERROR_CAMERA_DEVICE, now);
      if (machine.state() == State.FAILED) break;
      waits.add(machine.wakeAtUs() - now);
      now = machine.wakeAtUs();
      machine.onTimeout(now);
      drain();
    }
    assertEquals(Arrays.asList(500_000L, 1_000_000L, 2_000_000L, 4_000_000L), waits);
    assertEquals(Reason.BROKEN, machine.reason());
  }

  @Test
  public void aPictureForgivesEarlierFailures() {
    long now = 0;
    machine.open(now);
    for (int i = 0; i < 20; i++) {
      machine.onOpened(machine.attempt(), now);
      machine.onConfigured(machine.attempt(), now);
      machine.onPicture(machine.attempt());
      machine.onError(machine.attempt(), CameraMachine.ERROR_CAMERA_SERVICE, now);
      assertEquals(State.WAITING, machine.state());
      now = machine.wakeAtUs();
      machine.onTimeout(now);
      drain();
    }
  }

  @Test
  public void aSystemThatNeverAnswersIsNoticed() {
    machine.open(100);
    drain();
    machine.onTimeout(machine.wakeAtUs());
    assertEquals(Reason.SILENT, machine.reason());
    assertEquals(Arrays.asList(Command.CLOSE, Command.TELL_INTERRUPTED), drain());
  }

  @Test
  public void callbacksOfAnAttemptThatWasGivenUpChangeNothing() {
    machine.open(0);
    int old = machine.attempt();
    machine.close();
    drain();
    machine.open(1);
    drain();
    machine.onOpened(old, 2);
    machine.onDisconnected(old, 2);
    machine.onError(old, CameraMachine.ERROR_CAMERA_DISABLED, 2);
    assertEquals(State.OPENING, machine.state());
    assertNull(machine.poll());
  }

  @Test
  public void aClosedCameraStaysClosed() {
    run(0);
    int attempt = machine.attempt();
    machine.close();
    assertEquals(Arrays.asList(Command.CLOSE), drain());
    machine.onAvailable(1);
    machine.onTimeout(Long.MAX_VALUE - 1);
    machine.onDisconnected(attempt, 2);
    machine.close();
    assertNull(machine.poll());
    assertEquals(Long.MAX_VALUE, machine.wakeAtUs());
  }

  @Test
  public void anyOrderOfInputsSettlesAndNeverAsksForTwoCamerasAtOnce() {
    for (long seed = 1; seed <= 300; seed++) {
      Random random = new Random(seed);
      CameraMachine any = new CameraMachine();
      int open = 0;
      long now = 0;
      for (int step = 0; step < 200; step++) {
        now += random.nextInt(2_000_000);
        drive(any, random, now);
        int commands = 0;
        for (Command next = any.poll(); next != null; next = any.poll()) {
          if (next == Command.OPEN) open++;
          if (next == Command.CLOSE) open--;
          assertTrue("seed " + seed + ": polls without end", ++commands < 10);
          assertTrue("seed " + seed + ": " + open + " cameras", open == 0 || open == 1);
        }
        assertEquals("seed " + seed,
            any.state() == State.OPENING || any.state() == State.CONFIGURING
                || any.state() == State.RUNNING,
            open == 1);
      }
    }
  }

  private static void drive(CameraMachine any, Random random, long now) {
    int attempt = any.attempt() - random.nextInt(2);
    switch (random.nextInt(9)) {
      case 0:
        any.open(now);
        break;
      case 1:
        any.close();
        break;
      case 2:
        any.onOpened(attempt, now);
        break;
      case 3:
        any.onConfigured(attempt, now);
        break;
      case 4:
        any.onConfigureFailed(attempt, now);
        break;
      case 5:
        any.onDisconnected(attempt, now);
        break;
      case 6:
        any.onError(attempt, 1 + random.nextInt(5), now);
        break;
      case 7:
        any.onAvailable(now);
        break;
      default:
        any.onTimeout(now);
    }
  }
}
