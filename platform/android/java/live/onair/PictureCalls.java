// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.nio.ByteBuffer;
import java.util.List;

/** How the library asks what an app does to its pictures; what it lends is taken back at the end. */
final class PictureCalls {
  // As in the native library: box, confidence, whether there are landmarks, five of them.
  private static final int FACE_NUMBERS = 16;

  private PictureCalls() {}

  // Called by the library.
  static float[] findFaces(FaceFinder finder, LentPicture picture) {
    try {
      List<FoundFace> faces = Check.present(finder.find(picture), "faces");
      float[] numbers = new float[FACE_NUMBERS * faces.size()];
      int at = 0;
      for (FoundFace face : faces) {
        System.arraycopy(face.numbers, 0, numbers, at, FACE_NUMBERS);
        at += FACE_NUMBERS;
      }
      return numbers;
    } finally {
      picture.close();
    }
  }

  // Called by the library; `answer` is good for this call.
  static void filter(PictureFilter filter, LentPicture picture, long answer) {
    try {
      Picture made = filter.apply(picture);
      if (made != null) {
        nativeTake(answer, made.buffer(0), made.buffer(1), made.buffer(2), made.layout());
      }
    } finally {
      picture.close();
    }
  }

  private static native void nativeTake(
      long answer, ByteBuffer first, ByteBuffer second, ByteBuffer third, int[] layout);
}
