// SPDX-License-Identifier: Apache-2.0
package android.os;

public class HandlerThread extends Thread {
  public HandlerThread(String a) { super((String) null); }
  public Looper getLooper() { return null; }
  public boolean quitSafely() { return false; }
}
