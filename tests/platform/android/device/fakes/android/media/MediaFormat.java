// SPDX-License-Identifier: Apache-2.0
package android.media;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** Fake: keeps what was set. */
public final class MediaFormat {
  public final Map<String, Object> fakeValues = new HashMap<>();

  public static MediaFormat createVideoFormat(String mime, int width, int height) {
    MediaFormat format = new MediaFormat();
    format.fakeValues.put("mime", mime);
    format.fakeValues.put("width", width);
    return format;
  }

  public void setInteger(String key, int value) {
    fakeValues.put(key, value);
  }

  public void setFeatureEnabled(String name, boolean isEnabled) {
    fakeValues.put("feature-" + name, isEnabled);
  }

  public void setByteBuffer(String key, ByteBuffer value) {
    fakeValues.put(key, value);
  }

  public ByteBuffer getByteBuffer(String key) {
    return (ByteBuffer) fakeValues.get(key);
  }
}
