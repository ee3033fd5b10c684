// SPDX-License-Identifier: Apache-2.0
package android.app;

public class NotificationManager {
  public static final int IMPORTANCE_LOW = 2;
  NotificationManager() {}
  public void createNotificationChannel(NotificationChannel a) {}
}
