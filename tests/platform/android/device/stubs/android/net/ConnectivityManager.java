// SPDX-License-Identifier: Apache-2.0
package android.net;

public class ConnectivityManager {
  ConnectivityManager() {}
  public void registerDefaultNetworkCallback(NetworkCallback a) {}
  public void unregisterNetworkCallback(NetworkCallback a) {}

  public static class NetworkCallback {
    public NetworkCallback() {}
    public void onAvailable(Network a) {}
    public void onCapabilitiesChanged(Network a, NetworkCapabilities b) {}
    public void onLinkPropertiesChanged(Network a, LinkProperties b) {}
    public void onLost(Network a) {}
  }
}
