// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.opengl.GLES11Ext;
import android.opengl.GLES20;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Draws a camera's texture over the whole of a surface. Single-owner: the GL thread. */
final class ExternalTexture {
  static final String VERTEX_SHADER = "attribute vec2 corner;\n"
      + "uniform mat4 look;\n"
      + "varying vec2 place;\n"
      + "void main() {\n"
      + "  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);\n"
      + "  place = (look * vec4(corner, 0.0, 1.0)).xy;\n"
      + "}\n";
  static final String FRAGMENT_SHADER = "#extension GL_OES_EGL_image_external : require\n"
      + "precision mediump float;\n"
      + "uniform samplerExternalOES picture;\n"
      + "varying vec2 place;\n"
      + "void main() { gl_FragColor = texture2D(picture, place); }\n";

  private static final float[] CORNERS = {0, 0, 1, 0, 0, 1, 1, 1};

  private final int texture;
  private final int program;
  private final int corner;
  private final int look;
  private final FloatBuffer corners;

  /** IllegalStateException where the driver refuses a shader. */
  ExternalTexture() {
    program = program(VERTEX_SHADER, FRAGMENT_SHADER);
    corner = GLES20.glGetAttribLocation(program, "corner");
    look = GLES20.glGetUniformLocation(program, "look");
    corners = ByteBuffer.allocateDirect(CORNERS.length * 4)
                  .order(ByteOrder.nativeOrder())
                  .asFloatBuffer();
    corners.put(CORNERS).position(0);
    int[] name = new int[1];
    GLES20.glGenTextures(1, name, 0);
    texture = name[0];
    GLES20.glBindTexture(GLES11Ext.GL_TEXTURE_EXTERNAL_OES, texture);
    set(GLES20.GL_TEXTURE_MIN_FILTER, GLES20.GL_LINEAR);
    set(GLES20.GL_TEXTURE_MAG_FILTER, GLES20.GL_LINEAR);
    set(GLES20.GL_TEXTURE_WRAP_S, GLES20.GL_CLAMP_TO_EDGE);
    set(GLES20.GL_TEXTURE_WRAP_T, GLES20.GL_CLAMP_TO_EDGE);
  }

  int name() {
    return texture;
  }

  void draw(float[] matrix, int width, int height) {
    GLES20.glViewport(0, 0, width, height);
    GLES20.glUseProgram(program);
    GLES20.glActiveTexture(GLES20.GL_TEXTURE0);
    GLES20.glBindTexture(GLES11Ext.GL_TEXTURE_EXTERNAL_OES, texture);
    GLES20.glUniformMatrix4fv(look, 1, false, matrix, 0);
    GLES20.glEnableVertexAttribArray(corner);
    GLES20.glVertexAttribPointer(corner, 2, GLES20.GL_FLOAT, false, 0, corners);
    GLES20.glDrawArrays(GLES20.GL_TRIANGLE_STRIP, 0, 4);
  }

  void delete() {
    GLES20.glDeleteTextures(1, new int[] {texture}, 0);
    GLES20.glDeleteProgram(program);
  }

  private static void set(int name, int value) {
    GLES20.glTexParameteri(GLES11Ext.GL_TEXTURE_EXTERNAL_OES, name, value);
  }

  /** IllegalStateException, with the driver's words, where it refuses. */
  static int program(String vertexShader, String fragmentShader) {
    return link(compile(GLES20.GL_VERTEX_SHADER, vertexShader),
        compile(GLES20.GL_FRAGMENT_SHADER, fragmentShader));
  }

  private static int compile(int kind, String text) {
    int shader = GLES20.glCreateShader(kind);
    GLES20.glShaderSource(shader, text);
    GLES20.glCompileShader(shader);
    int[] isFine = new int[1];
    GLES20.glGetShaderiv(shader, GLES20.GL_COMPILE_STATUS, isFine, 0);
    if (isFine[0] == 0) throw new IllegalStateException(GLES20.glGetShaderInfoLog(shader));
    return shader;
  }

  private static int link(int vertex, int fragment) {
    int program = GLES20.glCreateProgram();
    GLES20.glAttachShader(program, vertex);
    GLES20.glAttachShader(program, fragment);
    GLES20.glLinkProgram(program);
    GLES20.glDeleteShader(vertex);
    GLES20.glDeleteShader(fragment);
    int[] isFine = new int[1];
    GLES20.glGetProgramiv(program, GLES20.GL_LINK_STATUS, isFine, 0);
    if (isFine[0] == 0) throw new IllegalStateException(GLES20.glGetProgramInfoLog(program));
    return program;
  }
}
