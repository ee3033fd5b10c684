// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import java.util.ArrayDeque;
import live.onair.NetworkKind;

/**
 * When live sessions move to another network. Pure: told what ConnectivityManager's callback of the
 * default network says, with the time; poll() until null; come back at wakeAtUs().
 *
 * <p>A network is moved to when it has an address and the system has found the internet behind it;
 * one that is not found good within a second is moved to all the same: the system prefers it, and
 * some networks are never validated.
 */
public final class NetworkChoice {
  /** What to tell the sessions. */
  public static final class Event {
    /** Network.getNetworkHandle(); 0 where there is no network at all. */
    public final long network;
    /** What it is, for a publisher's policy; UNKNOWN without a network. */
    public final NetworkKind kind;
    /** This device's address there, as text; empty without a network. */
    public final String address;

    Event(long network, NetworkKind kind, String address) {
      this.network = network;
      this.kind = kind;
      this.address = address;
    }

    /** Whether no network is left. */
    public boolean isOffline() {
      return network == 0;
    }
  }

  // Source: ours; a guess, not tried on a device. Higher waits on networks without validation.
  static final long UNVALIDATED_US = 1_000_000;
  private static final long NEVER = Long.MAX_VALUE;

  private final ArrayDeque<Event> events = new ArrayDeque<>();
  // What sessions use now; 0 before the first network.
  private long used;
  private String usedAddress = "";
  private boolean isUsedLost = true;
  private boolean hadNetwork;
  // What the system prefers now.
  private long offered;
  private NetworkKind kind = NetworkKind.UNKNOWN;
  private String address = "";
  private boolean isValidated;
  private long wakeAtUs = NEVER;

  /** onAvailable(): another default network, or the first. `network` is not 0. */
  public void onAvailable(long network, long nowUs) {
    if (network != offered) {
      offered = network;
      kind = NetworkKind.UNKNOWN;
      address = "";
      isValidated = false;
    }
    wakeAtUs = nowUs + UNVALIDATED_US;
    decide(nowUs);
  }

  /** onCapabilitiesChanged(). */
  public void onCapabilities(long network, NetworkKind newKind, Validity validity, long nowUs) {
    if (network != offered) return;
    kind = newKind;
    isValidated = validity == Validity.VALIDATED;
    decide(nowUs);
  }

  /** NET_CAPABILITY_VALIDATED, or not (yet). */
  public enum Validity { VALIDATED, NOT_VALIDATED }

  /** onLinkPropertiesChanged(): the address that sessions should leave from. */
  public void onAddress(long network, String newAddress, long nowUs) {
    if (network != offered) return;
    address = newAddress;
    decide(nowUs);
  }

  /** onLost(): no default network is left. */
  public void onLost(long network, long nowUs) {
    if (network == used) isUsedLost = true;
    if (network != offered) return;
    offered = 0;
    wakeAtUs = NEVER;
    if (hadNetwork) events.add(new Event(0, NetworkKind.UNKNOWN, ""));
  }

  /** wakeAtUs() has come; earlier changes nothing. */
  public void onTimeout(long nowUs) {
    decide(nowUs);
  }

  /** The next hand-over, null where there is none. The first network of all is none. */
  public Event poll() {
    return events.poll();
  }

  /** When onTimeout() is due, Long.MAX_VALUE: never. */
  public long wakeAtUs() {
    return wakeAtUs;
  }

  private void decide(long nowUs) {
    if (offered == 0 || address.isEmpty()) return;
    if (offered == used && address.equals(usedAddress) && !isUsedLost) {
      wakeAtUs = NEVER;
      return;
    }
    if (wakeAtUs == NEVER) wakeAtUs = nowUs + UNVALIDATED_US;
    if (!isValidated && nowUs < wakeAtUs) return;
    wakeAtUs = NEVER;
    used = offered;
    usedAddress = address;
    isUsedLost = false;
    if (hadNetwork) events.add(new Event(used, kind, address));
    hadNetwork = true;
  }
}
