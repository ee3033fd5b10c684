// SPDX-License-Identifier: Apache-2.0
package android.app;

public class Notification {
  Notification() {}

  public static class Builder {
    public Builder(android.content.Context a) {}
    public Builder(android.content.Context a, String b) {}
    public Builder setContentTitle(CharSequence a) { return null; }
    public Builder setSmallIcon(int a) { return null; }
    public Builder setOngoing(boolean a) { return null; }
    public Builder setContentIntent(PendingIntent a) { return null; }
    public Notification build() { return null; }
  }
}
