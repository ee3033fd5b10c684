// SPDX-License-Identifier: Apache-2.0
package android.app;

public final class PendingIntent {
  public static final int FLAG_IMMUTABLE = 67108864;
  PendingIntent() {}
  public static PendingIntent getActivity(android.content.Context a, int b, android.content.Intent c, int d) { return null; }
}
