// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which way the sound goes in and out, and the link to a Bluetooth headset, which takes seconds to
 * stand and may not. Pure: tell it what is there, take poll() until it is null, come back at
 * wakeAtUs().
 */
public final class RoutePlan {
  /** Best first: what the user put on or plugged in is what he wants. */
  public enum Route { WIRED_HEADSET, USB, BLUETOOTH, SPEAKER, EARPIECE }

  /** What the driver does. */
  public enum Command {
    /** AudioManager.startBluetoothSco(); its answer comes as onLink(). */
    START_LINK,
    /** AudioManager.stopBluetoothSco(). */
    STOP_LINK,
    /** route() has changed: setCommunicationDevice(), or setSpeakerphoneOn() before API 31. */
    APPLY_ROUTE
  }

  /** What the Bluetooth link does, by ACTION_SCO_AUDIO_STATE_UPDATED. */
  public enum Link { DOWN, UP }

  /** Whether a Bluetooth headset's own microphone is wanted: its link costs quality both ways. */
  public enum BluetoothUse {
    /** Record by the headset: speech quality (8 or 16 kHz), hands free. */
    HEADSET_MICROPHONE,
    /** Record by the phone; the headset only plays, in full quality, without a link. */
    PLAY_ONLY
  }

  // A link that does not stand after this will not. Source: ours; a guess, not tried on a device.
  static final long LINK_US = 4_000_000;
  static final int MOST_LINK_ATTEMPTS = 2;
  private static final long NEVER = Long.MAX_VALUE;

  private enum LinkState {
    DOWN,
    STARTING,
    UP,
    /** Given up until the headset is put on anew. */
    GIVEN_UP
  }

  private final BluetoothUse bluetoothUse;
  private final ArrayDeque<Command> commands = new ArrayDeque<>();
  private final Set<Route> present = EnumSet.of(Route.SPEAKER);
  private Route wish;
  private Route route;
  private LinkState link = LinkState.DOWN;
  private int linkAttempts;
  private long wakeAtUs = NEVER;

  /** Knows of the speaker alone before the first onDevices(). */
  public RoutePlan(BluetoothUse bluetoothUse) {
    this.bluetoothUse = bluetoothUse;
  }

  /** The devices that are there now, by AudioDeviceCallback. */
  public void onDevices(Set<Route> now, long nowUs) {
    if (!now.contains(Route.BLUETOOTH)) {
      if (link == LinkState.UP || link == LinkState.STARTING) commands.add(Command.STOP_LINK);
      link = LinkState.DOWN;
      linkAttempts = 0;
      wakeAtUs = NEVER;
    }
    present.clear();
    present.addAll(now);
    decide(nowUs);
  }

  /** What the system says of the link, wanted or not. */
  public void onLink(Link now, long nowUs) {
    if (now == Link.UP) {
      if (link != LinkState.STARTING) return;
      link = LinkState.UP;
      wakeAtUs = NEVER;
    } else if (link == LinkState.UP) {
      // The headset hung up, or a call took the link; it is asked for again.
      link = LinkState.DOWN;
      linkAttempts = 0;
    } else {
      return; // Systems say "down" once at the start of every attempt.
    }
    decide(nowUs);
  }

  /** wakeAtUs() has come; earlier changes nothing. */
  public void onTimeout(long nowUs) {
    if (nowUs < wakeAtUs) return;
    wakeAtUs = NEVER;
    commands.add(Command.STOP_LINK);
    link = linkAttempts >= MOST_LINK_ATTEMPTS ? LinkState.GIVEN_UP : LinkState.DOWN;
    decide(nowUs);
  }

  /** What the user chose by hand; null: the best of what is there. */
  public void choose(Route chosen, long nowUs) {
    wish = chosen;
    if (link == LinkState.GIVEN_UP && chosen == Route.BLUETOOTH) {
      link = LinkState.DOWN;
      linkAttempts = 0;
    }
    decide(nowUs);
  }

  /** The next thing to do, null where there is none. */
  public Command poll() {
    return commands.poll();
  }

  /** When onTimeout() is due, Long.MAX_VALUE: never. */
  public long wakeAtUs() {
    return wakeAtUs;
  }

  /** Null before the first onDevices(). */
  public Route route() {
    return route;
  }

  private void decide(long nowUs) {
    boolean wantsLink =
        target(true) == Route.BLUETOOTH && bluetoothUse == BluetoothUse.HEADSET_MICROPHONE;
    if (wantsLink && link == LinkState.DOWN) {
      link = LinkState.STARTING;
      linkAttempts++;
      wakeAtUs = nowUs + LINK_US;
      commands.add(Command.START_LINK);
    } else if (!wantsLink && (link == LinkState.STARTING || link == LinkState.UP)) {
      link = LinkState.DOWN;
      linkAttempts = 0;
      wakeAtUs = NEVER;
      commands.add(Command.STOP_LINK);
    }
    // Until the link stands, the sound takes the next best way: there is no second of silence.
    boolean isUsable = bluetoothUse == BluetoothUse.PLAY_ONLY || link == LinkState.UP;
    Route next = target(isUsable);
    if (next == route) return;
    route = next;
    commands.add(Command.APPLY_ROUTE);
  }

  private Route target(boolean withBluetooth) {
    if (wish != null && isThere(wish, withBluetooth)) return wish;
    for (Route candidate : Route.values()) {
      if (isThere(candidate, withBluetooth)) return candidate;
    }
    return Route.SPEAKER;
  }

  private boolean isThere(Route candidate, boolean withBluetooth) {
    if (!present.contains(candidate)) return false;
    return candidate != Route.BLUETOOTH || (withBluetooth && link != LinkState.GIVEN_UP);
  }
}
