// SPDX-License-Identifier: Apache-2.0
package android.media.projection;

public final class MediaProjectionManager {
  MediaProjectionManager() {}
  public android.content.Intent createScreenCaptureIntent() { return null; }
  public MediaProjection getMediaProjection(int a, android.content.Intent b) { return null; }
}
