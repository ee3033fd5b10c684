// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** Gives fresh addresses where their tokens expire. Called on the app's executor. */
public interface UrlRefresher {
  /**
   * An {@code rtmp(s)} address is about to be connected to again. The attempt waits 3 s for the
   * answer; one that comes later serves the attempts after it.
   *
   * @param destination index into the addresses of the config
   * @param reason why
   * @param answer takes the address, at once or later, on any thread
   */
  void refresh(int destination, UrlReason reason, UrlAnswer answer);
}
