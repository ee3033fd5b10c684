// SPDX-License-Identifier: Apache-2.0
package android.os;

/** Fake: no thread; see FakeLoop. */
public class HandlerThread extends Thread {
  public static HandlerThread fakeLast;

  public boolean fakeIsQuit;

  public HandlerThread(String name) {
    super(name);
    fakeLast = this;
  }

  @Override
  public void start() {}

  public Looper getLooper() {
    return null;
  }

  public boolean quitSafely() {
    fakeIsQuit = true;
    return true;
  }
}
