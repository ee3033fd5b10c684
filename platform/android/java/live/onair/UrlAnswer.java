// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** Where a {@link UrlRefresher} puts its answer. Thread-safe. */
public final class UrlAnswer {
  private final long handle;

  UrlAnswer(long handle) {
    this.handle = handle;
  }

  /**
   * The address to connect to. Once; what comes after the publisher's end, or a second time, does
   * nothing.
   *
   * @param url with all its tokens; empty: the old one holds
   */
  public void give(String url) {
    nativeGive(handle, Check.present(url, "url"));
  }

  private static native void nativeGive(long handle, String url);
}
