// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** A STUN or TURN server for WebRTC. Immutable. */
public final class IceServer {
  final String url;
  final String username;
  final String password;

  private IceServer(String url, String username, String password) {
    this.url = Check.present(url, "ice_server.url");
    this.username = Check.present(username, "ice_server.username");
    this.password = Check.present(password, "ice_server.password");
  }

  /**
   * A server that tells a device how it looks from outside.
   *
   * @param url {@code stun:host[:port]}
   * @return the server
   */
  public static IceServer stun(String url) {
    return new IceServer(url, "", "");
  }

  /**
   * A server that relays.
   *
   * @param url {@code turn:host[:port][?transport=tcp]} or {@code turns:host[:port]}
   * @param username a secret
   * @param password a secret
   * @return the server
   */
  public static IceServer turn(String url, String username, String password) {
    return new IceServer(url, username, password);
  }

  void addTo(Settings settings) {
    settings.put("ice_server.url", url);
    settings.put("ice_server.username", username);
    settings.put("ice_server.password", password);
  }
}
