// SPDX-License-Identifier: Apache-2.0
package android.net;

/** Fake: tests speak to the callback. */
public class ConnectivityManager {
  public NetworkCallback fakeCallback;

  public void registerDefaultNetworkCallback(NetworkCallback callback) {
    if (fakeCallback != null) throw new IllegalArgumentException("registered twice");
    fakeCallback = callback;
  }

  public void unregisterNetworkCallback(NetworkCallback callback) {
    if (fakeCallback != callback) throw new IllegalArgumentException("not registered");
    fakeCallback = null;
  }

  /** As Android's. */
  public static class NetworkCallback {
    public void onAvailable(Network network) {}

    public void onCapabilitiesChanged(Network network, NetworkCapabilities capabilities) {}

    public void onLinkPropertiesChanged(Network network, LinkProperties link) {}

    public void onLost(Network network) {}
  }
}
