// SPDX-License-Identifier: Apache-2.0
package android.net;

public final class NetworkCapabilities {
  public static final int TRANSPORT_CELLULAR = 0;
  public static final int TRANSPORT_WIFI = 1;
  public static final int TRANSPORT_ETHERNET = 3;
  public static final int NET_CAPABILITY_VALIDATED = 16;
  NetworkCapabilities() {}
  public boolean hasTransport(int a) { return false; }
  public boolean hasCapability(int a) { return false; }
}
