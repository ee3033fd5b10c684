// SPDX-License-Identifier: Apache-2.0
package android.app;

public abstract class Service extends android.content.ContextWrapper {
  public static final int START_NOT_STICKY = 2;
  public Service() { super(null); }
  public int onStartCommand(android.content.Intent a, int b, int c) { return 0; }
  public void onTaskRemoved(android.content.Intent a) {}
  public abstract android.os.IBinder onBind(android.content.Intent a);
  public final void stopSelf() {}
  public final void stopSelf(int a) {}
  public final void startForeground(int a, Notification b) {}
  public final void startForeground(int a, Notification b, int c) {}
}
