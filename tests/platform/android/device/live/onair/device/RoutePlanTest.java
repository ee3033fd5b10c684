// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import live.onair.device.RoutePlan.BluetoothUse;
import live.onair.device.RoutePlan.Command;
import live.onair.device.RoutePlan.Link;
import live.onair.device.RoutePlan.Route;
import org.junit.Test;

public final class RoutePlanTest {
  private final RoutePlan plan = new RoutePlan(BluetoothUse.HEADSET_MICROPHONE);

  private static List<Command> drain(RoutePlan plan) {
    List<Command> commands = new ArrayList<>();
    for (Command next = plan.poll(); next != null; next = plan.poll()) commands.add(next);
    return commands;
  }

  private static final EnumSet<Route> PHONE = EnumSet.of(Route.SPEAKER, Route.EARPIECE);
  private static final EnumSet<Route> WITH_BLUETOOTH =
      EnumSet.of(Route.SPEAKER, Route.EARPIECE, Route.BLUETOOTH);

  @Test
  public void aPhoneAloneUsesItsSpeaker() {
    plan.onDevices(PHONE, 0);
    assertEquals(Route.SPEAKER, plan.route());
    assertEquals(Arrays.asList(Command.APPLY_ROUTE), drain(plan));
  }

  @Test
  public void whatIsPluggedInTakesTheSoundAndGivesItBack() {
    plan.onDevices(PHONE, 0);
    plan.onDevices(EnumSet.of(Route.SPEAKER, Route.WIRED_HEADSET), 1);
    assertEquals(Route.WIRED_HEADSET, plan.route());
    plan.onDevices(PHONE, 2);
    assertEquals(Route.SPEAKER, plan.route());
  }

  @Test
  public void bluetoothTakesTheSoundOnlyWhenItsLinkStands() {
    plan.onDevices(WITH_BLUETOOTH, 0);
    assertEquals(Arrays.asList(Command.START_LINK, Command.APPLY_ROUTE), drain(plan));
    assertEquals(Route.SPEAKER, plan.route());
    plan.onLink(Link.DOWN, 1);
    plan.onLink(Link.UP, 900_000);
    assertEquals(Route.BLUETOOTH, plan.route());
    assertEquals(Arrays.asList(Command.APPLY_ROUTE), drain(plan));
    assertEquals(Long.MAX_VALUE, plan.wakeAtUs());
  }

  @Test
  public void aLinkThatDoesNotStandIsTriedTwiceAndThenLeft() {
    plan.onDevices(WITH_BLUETOOTH, 0);
    drain(plan);
    plan.onTimeout(plan.wakeAtUs() - 1);
    assertEquals(Arrays.asList(), drain(plan));
    plan.onTimeout(plan.wakeAtUs());
    assertEquals(Arrays.asList(Command.STOP_LINK, Command.START_LINK), drain(plan));
    plan.onTimeout(plan.wakeAtUs());
    assertEquals(Arrays.asList(Command.STOP_LINK), drain(plan));
    assertEquals(Route.SPEAKER, plan.route());
    assertEquals(Long.MAX_VALUE, plan.wakeAtUs());
  }

  @Test
  public void aHeadsetThatIsPutOnAnewIsTriedAnew() {
    plan.onDevices(WITH_BLUETOOTH, 0);
    plan.onTimeout(plan.wakeAtUs());
    plan.onTimeout(plan.wakeAtUs());
    drain(plan);
    plan.onDevices(PHONE, 20_000_000);
    plan.onDevices(WITH_BLUETOOTH, 21_000_000);
    assertEquals(Arrays.asList(Command.START_LINK), drain(plan));
  }

  @Test
  public void aLinkThatBreaksGivesTheSoundBackAndIsAskedForAgain() {
    plan.onDevices(WITH_BLUETOOTH, 0);
    plan.onLink(Link.UP, 1);
    drain(plan);
    plan.onLink(Link.DOWN, 2);
    assertEquals(Arrays.asList(Command.START_LINK, Command.APPLY_ROUTE), drain(plan));
    assertEquals(Route.SPEAKER, plan.route());
  }

  @Test
  public void theUsersChoiceWinsAsLongAsItIsThere() {
    plan.onDevices(EnumSet.of(Route.SPEAKER, Route.WIRED_HEADSET), 0);
    plan.choose(Route.SPEAKER, 1);
    assertEquals(Route.SPEAKER, plan.route());
    plan.choose(Route.USB, 2);
    assertEquals(Route.WIRED_HEADSET, plan.route());
    plan.choose(null, 3);
    assertEquals(Route.WIRED_HEADSET, plan.route());
  }

  @Test
  public void choosingAnotherWayEndsTheLink() {
    plan.onDevices(WITH_BLUETOOTH, 0);
    plan.onLink(Link.UP, 1);
    drain(plan);
    plan.choose(Route.SPEAKER, 2);
    assertEquals(Arrays.asList(Command.STOP_LINK, Command.APPLY_ROUTE), drain(plan));
  }

  @Test
  public void aHeadsetThatOnlyPlaysNeedsNoLink() {
    RoutePlan player = new RoutePlan(BluetoothUse.PLAY_ONLY);
    player.onDevices(WITH_BLUETOOTH, 0);
    assertEquals(Route.BLUETOOTH, player.route());
    assertEquals(Arrays.asList(Command.APPLY_ROUTE), drain(player));
  }
}
