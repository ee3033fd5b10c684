// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.content.Context;
import android.net.ConnectivityManager;
import android.net.LinkAddress;
import android.net.LinkProperties;
import android.net.Network;
import android.net.NetworkCapabilities;
import android.os.Handler;
import java.net.Inet4Address;
import java.net.InetAddress;
import live.onair.NetworkKind;

/**
 * Tells when live sessions move to another network, by the system's default one. Needs the
 * permission ACCESS_NETWORK_STATE. Thread-safe; the listener is called on the handler's thread.
 */
public final class NetworkWatch {
  /** Told of each hand-over. */
  public interface Listener {
    /** Publisher.networkChanged() and Player.networkChanged() take what it says. */
    void onNetwork(NetworkChoice.Event event);
  }

  private final ConnectivityManager connectivity;
  private final Handler handler;
  private final Listener listener;
  private final NetworkChoice choice = new NetworkChoice();
  private final Alarm alarm;
  private boolean isStarted; // Of the caller's.

  /** Watches nothing before start(). */
  public NetworkWatch(Context context, Handler handler, Listener listener) {
    this.connectivity =
        (ConnectivityManager) context.getSystemService(Context.CONNECTIVITY_SERVICE);
    this.handler = handler;
    this.listener = listener;
    this.alarm = new Alarm(handler, () -> {
      choice.onTimeout(DriverClock.nowUs());
      tell();
    });
  }

  /** Begins; no effect while it watches. */
  public synchronized void start() {
    if (isStarted) return;
    isStarted = true;
    connectivity.registerDefaultNetworkCallback(callback);
  }

  /** Ends; start() may follow. What the handler holds already is still told. */
  public synchronized void stop() {
    if (!isStarted) return;
    isStarted = false;
    connectivity.unregisterNetworkCallback(callback);
    handler.post(() -> alarm.set(Long.MAX_VALUE));
  }

  private void tell() {
    for (NetworkChoice.Event next = choice.poll(); next != null; next = choice.poll()) {
      listener.onNetwork(next);
    }
    alarm.set(choice.wakeAtUs());
  }

  private static NetworkKind kind(NetworkCapabilities capabilities) {
    if (capabilities.hasTransport(NetworkCapabilities.TRANSPORT_WIFI)) {
      return NetworkKind.WIFI;
    }
    if (capabilities.hasTransport(NetworkCapabilities.TRANSPORT_CELLULAR)) {
      return NetworkKind.CELLULAR;
    }
    return capabilities.hasTransport(NetworkCapabilities.TRANSPORT_ETHERNET) ? NetworkKind.ETHERNET
                                                                             : NetworkKind.UNKNOWN;
  }

  // IPv4 first: a network that has both carries it, and so does every server.
  private static String address(LinkProperties link) {
    String found = "";
    for (LinkAddress entry : link.getLinkAddresses()) {
      InetAddress address = entry.getAddress();
      if (address.isLinkLocalAddress() || address.isLoopbackAddress()) continue;
      if (address instanceof Inet4Address) return address.getHostAddress();
      if (found.isEmpty()) found = address.getHostAddress();
    }
    return found;
  }

  // Its calls come on a thread of the system's and are carried to the handler's.
  private final ConnectivityManager.NetworkCallback callback =
      new ConnectivityManager.NetworkCallback() {
        @Override
        public void onAvailable(Network network) {
          long id = network.getNetworkHandle();
          handler.post(() -> {
            choice.onAvailable(id, DriverClock.nowUs());
            tell();
          });
        }

        @Override
        public void onCapabilitiesChanged(Network network, NetworkCapabilities capabilities) {
          long id = network.getNetworkHandle();
          NetworkKind kind = kind(capabilities);
          NetworkChoice.Validity validity =
              capabilities.hasCapability(NetworkCapabilities.NET_CAPABILITY_VALIDATED)
              ? NetworkChoice.Validity.VALIDATED
              : NetworkChoice.Validity.NOT_VALIDATED;
          handler.post(() -> {
            choice.onCapabilities(id, kind, validity, DriverClock.nowUs());
            tell();
          });
        }

        @Override
        public void onLinkPropertiesChanged(Network network, LinkProperties link) {
          long id = network.getNetworkHandle();
          String address = address(link);
          handler.post(() -> {
            choice.onAddress(id, address, DriverClock.nowUs());
            tell();
          });
        }

        @Override
        public void onLost(Network network) {
          long id = network.getNetworkHandle();
          handler.post(() -> {
            choice.onLost(id, DriverClock.nowUs());
            tell();
          });
        }
      };
}
