// SPDX-License-Identifier: Apache-2.0
package android.os;

/** Fake: no thread; see FakeLoop. */
public class HandlerThread extends Thread {
  public HandlerThread(String name) {
    super(name);
  }

  @Override
  public void start() {}

  public Looper getLooper() {
    return null;
  }

  public boolean quitSafely() {
    return true;
  }
}
