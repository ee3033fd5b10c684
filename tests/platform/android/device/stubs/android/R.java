// SPDX-License-Identifier: Apache-2.0
package android;

public final class R {
  R() {}

  public static final class drawable {
    public static final int presence_video_online = 17301678;
    drawable() {}
  }
}
