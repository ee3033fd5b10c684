// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.opengl.GLES20;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import live.onair.LentPicture;
import live.onair.Plane;

/** Draws decoded pictures, I420 or NV12, over a part of a surface. Single-owner: the GL thread. */
final class PlanarTexture {
  private static final String VERTEX_SHADER = "attribute vec2 corner;\n"
      + "uniform mat4 look;\n"
      + "varying vec2 place;\n"
      + "void main() {\n"
      + "  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);\n"
      + "  vec2 seen = (look * vec4(corner, 0.0, 1.0)).xy;\n"
      // Rows are uploaded from the top.
      + "  place = vec2(seen.x, 1.0 - seen.y);\n"
      + "}\n";
  // `used`: the share of each row that is picture and not padding, less half a sample.
  private static final String FRAGMENT_SHADER = "precision mediump float;\n"
      + "uniform sampler2D luma;\n"
      + "uniform sampler2D chroma;\n"
      + "uniform sampler2D chroma2;\n"
      + "uniform vec4 used;\n"
      + "uniform mat3 colours;\n"
      + "uniform float paired;\n"
      + "varying vec2 place;\n"
      + "void main() {\n"
      + "  float y = texture2D(luma, vec2(min(place.x * used.x, used.z), place.y)).r;\n"
      + "  vec2 at = vec2(min(place.x * used.y, used.w), place.y);\n"
      + "  vec4 first = texture2D(chroma, at);\n"
      + "  float v = mix(texture2D(chroma2, at).r, first.a, paired);\n"
      + "  gl_FragColor = vec4(colours * vec3(y - 0.0627, first.r - 0.502, v - 0.502), 1.0);\n"
      + "}\n";
  private static final float[] CORNERS = {0, 0, 1, 0, 0, 1, 1, 1};

  private final int program;
  private final int[] textures = new int[3];
  private final FloatBuffer corners;
  private int width;
  private int height;
  private int clockwise;

  /** IllegalStateException where the driver refuses a shader. */
  PlanarTexture() {
    program = ExternalTexture.program(VERTEX_SHADER, FRAGMENT_SHADER);
    corners = ByteBuffer.allocateDirect(CORNERS.length * 4)
                  .order(ByteOrder.nativeOrder())
                  .asFloatBuffer();
    corners.put(CORNERS).position(0);
    GLES20.glGenTextures(3, textures, 0);
    GLES20.glPixelStorei(GLES20.GL_UNPACK_ALIGNMENT, 1);
    for (int texture : textures) {
      GLES20.glBindTexture(GLES20.GL_TEXTURE_2D, texture);
      set(GLES20.GL_TEXTURE_MIN_FILTER, GLES20.GL_LINEAR);
      set(GLES20.GL_TEXTURE_MAG_FILTER, GLES20.GL_LINEAR);
      set(GLES20.GL_TEXTURE_WRAP_S, GLES20.GL_CLAMP_TO_EDGE);
      set(GLES20.GL_TEXTURE_WRAP_T, GLES20.GL_CLAMP_TO_EDGE);
    }
    GLES20.glUseProgram(program);
    GLES20.glUniform1i(GLES20.glGetUniformLocation(program, "luma"), 0);
    GLES20.glUniform1i(GLES20.glGetUniformLocation(program, "chroma"), 1);
    GLES20.glUniform1i(GLES20.glGetUniformLocation(program, "chroma2"), 2);
  }

  /** Takes the pixels; the picture may be closed after that. */
  void upload(LentPicture picture) {
    width = picture.width();
    height = picture.height();
    clockwise = picture.rotation().ordinal() * 90;
    int halfWidth = (width + 1) / 2;
    int halfHeight = (height + 1) / 2;
    boolean isPaired = picture.planeCount() == 2;
    float[] used = new float[4];
    share(uploadPlane(0, picture.plane(0), 1, height), width, used, 0);
    int chromaBytes = isPaired ? 2 : 1;
    share(uploadPlane(1, picture.plane(1), chromaBytes, halfHeight), halfWidth, used, 1);
    if (!isPaired) uploadPlane(2, picture.plane(2), 1, halfHeight);
    GLES20.glUseProgram(program);
    GLES20.glUniform4f(at("used"), used[0], used[1], used[2], used[3]);
    GLES20.glUniform1f(at("paired"), isPaired ? 1 : 0);
    GLES20.glUniformMatrix3fv(at("colours"), 1, false, ColourMatrix.of(height), 0);
  }

  /** Draws what was uploaded last, whole and in its shape, in the middle. */
  void draw(int surfaceWidth, int surfaceHeight) {
    GLES20.glClearColor(0, 0, 0, 1);
    GLES20.glClear(GLES20.GL_COLOR_BUFFER_BIT);
    if (width == 0) return;
    boolean swaps = Orientation.swapsSides(clockwise);
    int shownWidth = swaps ? height : width;
    int shownHeight = swaps ? width : height;
    Area shown = new Area(0, 0, surfaceWidth, surfaceHeight).centredOf(shownWidth, shownHeight);
    GLES20.glViewport(shown.left, shown.top, shown.width(), shown.height());
    float[] look = TextureTransform.matrix(
        clockwise, Mirror.NONE, new int[] {width, height}, new int[] {shownWidth, shownHeight});
    GLES20.glUseProgram(program);
    GLES20.glUniformMatrix4fv(at("look"), 1, false, look, 0);
    int corner = GLES20.glGetAttribLocation(program, "corner");
    GLES20.glEnableVertexAttribArray(corner);
    GLES20.glVertexAttribPointer(corner, 2, GLES20.GL_FLOAT, false, 0, corners);
    GLES20.glDrawArrays(GLES20.GL_TRIANGLE_STRIP, 0, 4);
  }

  void delete() {
    GLES20.glDeleteTextures(3, textures, 0);
    GLES20.glDeleteProgram(program);
  }

  // GLES 2 cannot skip bytes between rows: the padding becomes a part of the texture, and is not
  // looked at. Answers the texture's width.
  private int uploadPlane(int unit, Plane plane, int sampleBytes, int rows) {
    int columns = plane.rowStride() / sampleBytes;
    int format = sampleBytes == 2 ? GLES20.GL_LUMINANCE_ALPHA : GLES20.GL_LUMINANCE;
    // The last row may end behind its last sample.
    int wholeRows = Math.min(rows, plane.buffer().remaining() / plane.rowStride());
    GLES20.glActiveTexture(GLES20.GL_TEXTURE0 + unit);
    GLES20.glBindTexture(GLES20.GL_TEXTURE_2D, textures[unit]);
    GLES20.glTexImage2D(
        GLES20.GL_TEXTURE_2D, 0, format, columns, rows, 0, format, GLES20.GL_UNSIGNED_BYTE, null);
    GLES20.glTexSubImage2D(GLES20.GL_TEXTURE_2D, 0, 0, 0, columns, wholeRows, format,
        GLES20.GL_UNSIGNED_BYTE, plane.buffer());
    if (wholeRows < rows) uploadLastRow(plane, sampleBytes, rows - 1, format);
    return columns;
  }

  private static void uploadLastRow(Plane plane, int sampleBytes, int row, int format) {
    ByteBuffer last = plane.buffer().duplicate();
    last.position(last.position() + row * plane.rowStride());
    GLES20.glTexSubImage2D(GLES20.GL_TEXTURE_2D, 0, 0, row, last.remaining() / sampleBytes, 1,
        format, GLES20.GL_UNSIGNED_BYTE, last);
  }

  private static void share(int columns, int samples, float[] used, int index) {
    used[index] = (float) samples / columns;
    used[index + 2] = (samples - 0.5f) / columns;
  }

  private int at(String uniform) {
    return GLES20.glGetUniformLocation(program, uniform);
  }

  private static void set(int name, int value) {
    GLES20.glTexParameteri(GLES20.GL_TEXTURE_2D, name, value);
  }
}
