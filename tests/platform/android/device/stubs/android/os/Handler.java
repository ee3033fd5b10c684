// SPDX-License-Identifier: Apache-2.0
package android.os;

public class Handler {
  public Handler(Looper a) {}
  public final boolean post(Runnable a) { return false; }
  public final boolean postDelayed(Runnable a, long b) { return false; }
  public final void removeCallbacks(Runnable a) {}
}
