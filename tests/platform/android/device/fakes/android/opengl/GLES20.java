// SPDX-License-Identifier: Apache-2.0
package android.opengl;

import java.nio.Buffer;

/** Fake: takes every shader and draws nothing. */
public class GLES20 {
  GLES20() {}

  public static int glCreateShader(int kind) {
    return 1;
  }

  public static void glShaderSource(int shader, String text) {}

  public static void glCompileShader(int shader) {}

  public static void glGetShaderiv(int shader, int what, int[] value, int at) {
    value[at] = 1;
  }

  public static void glDeleteShader(int shader) {}

  public static int glCreateProgram() {
    return 1;
  }

  public static void glAttachShader(int program, int shader) {}

  public static void glLinkProgram(int program) {}

  public static void glGetProgramiv(int program, int what, int[] value, int at) {
    value[at] = 1;
  }

  public static void glDeleteProgram(int program) {}

  public static void glUseProgram(int program) {}

  public static int glGetAttribLocation(int program, String name) {
    return 0;
  }

  public static int glGetUniformLocation(int program, String name) {
    return 0;
  }

  public static void glGenTextures(int count, int[] names, int at) {}

  public static void glDeleteTextures(int count, int[] names, int at) {}

  public static void glActiveTexture(int unit) {}

  public static void glBindTexture(int kind, int name) {}

  public static void glTexParameteri(int kind, int name, int value) {}

  public static void glUniformMatrix4fv(int at, int count, boolean isTurned, float[] m, int from) {}

  public static void glEnableVertexAttribArray(int at) {}

  public static void glVertexAttribPointer(
      int at, int size, int kind, boolean isNormalized, int stride, Buffer values) {}

  public static void glViewport(int x, int y, int width, int height) {}

  public static void glDrawArrays(int kind, int first, int count) {}
}
