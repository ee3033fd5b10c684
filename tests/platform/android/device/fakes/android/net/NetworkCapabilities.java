// SPDX-License-Identifier: Apache-2.0
package android.net;

/** Fake: one transport, validated or not. */
public final class NetworkCapabilities {
  public static final int TRANSPORT_CELLULAR = 0;
  public static final int TRANSPORT_WIFI = 1;
  public static final int NET_CAPABILITY_VALIDATED = 16;

  private final int transport;
  private final boolean isValidated;

  public NetworkCapabilities(int transport, boolean isValidated) {
    this.transport = transport;
    this.isValidated = isValidated;
  }

  public boolean hasTransport(int asked) {
    return asked == transport;
  }

  public boolean hasCapability(int asked) {
    return asked == NET_CAPABILITY_VALIDATED && isValidated;
  }
}
