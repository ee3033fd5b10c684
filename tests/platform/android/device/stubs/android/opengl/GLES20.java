// SPDX-License-Identifier: Apache-2.0
package android.opengl;

public class GLES20 {
  public static final int GL_VERTEX_SHADER = 35633;
  public static final int GL_FRAGMENT_SHADER = 35632;
  public static final int GL_COMPILE_STATUS = 35713;
  public static final int GL_LINK_STATUS = 35714;
  public static final int GL_TEXTURE0 = 33984;
  public static final int GL_TEXTURE_2D = 3553;
  public static final int GL_TEXTURE_MIN_FILTER = 10241;
  public static final int GL_TEXTURE_MAG_FILTER = 10240;
  public static final int GL_TEXTURE_WRAP_S = 10242;
  public static final int GL_TEXTURE_WRAP_T = 10243;
  public static final int GL_LINEAR = 9729;
  public static final int GL_CLAMP_TO_EDGE = 33071;
  public static final int GL_FLOAT = 5126;
  public static final int GL_TRIANGLE_STRIP = 5;
  public static final int GL_LUMINANCE = 6409;
  public static final int GL_LUMINANCE_ALPHA = 6410;
  public static final int GL_COLOR_BUFFER_BIT = 16384;
  public static final int GL_UNSIGNED_BYTE = 5121;
  public static final int GL_UNPACK_ALIGNMENT = 3317;
  GLES20() {}
  public static int glCreateShader(int a) { return 0; }
  public static void glShaderSource(int a, String b) {}
  public static void glCompileShader(int a) {}
  public static void glGetShaderiv(int a, int b, int[] c, int d) {}
  public static String glGetShaderInfoLog(int a) { return null; }
  public static void glDeleteShader(int a) {}
  public static int glCreateProgram() { return 0; }
  public static void glAttachShader(int a, int b) {}
  public static void glLinkProgram(int a) {}
  public static void glGetProgramiv(int a, int b, int[] c, int d) {}
  public static String glGetProgramInfoLog(int a) { return null; }
  public static void glDeleteProgram(int a) {}
  public static void glUseProgram(int a) {}
  public static int glGetAttribLocation(int a, String b) { return 0; }
  public static int glGetUniformLocation(int a, String b) { return 0; }
  public static void glGenTextures(int a, int[] b, int c) {}
  public static void glDeleteTextures(int a, int[] b, int c) {}
  public static void glActiveTexture(int a) {}
  public static void glBindTexture(int a, int b) {}
  public static void glTexParameteri(int a, int b, int c) {}
  public static void glPixelStorei(int a, int b) {}
  public static void glTexImage2D(int a, int b, int c, int d, int e, int f, int g, int h, java.nio.Buffer i) {}
  public static void glUniform1i(int a, int b) {}
  public static void glUniform1f(int a, float b) {}
  public static void glUniform4f(int a, float b, float c, float d, float e) {}
  public static void glUniformMatrix3fv(int a, int b, boolean c, float[] d, int e) {}
  public static void glTexSubImage2D(int a, int b, int c, int d, int e, int f, int g, int h, java.nio.Buffer i) {}
  public static void glClearColor(float a, float b, float c, float d) {}
  public static void glClear(int a) {}
  public static void glUniformMatrix4fv(int a, int b, boolean c, float[] d, int e) {}
  public static void glEnableVertexAttribArray(int a) {}
  public static void glVertexAttribPointer(int a, int b, int c, boolean d, int e, java.nio.Buffer f) {}
  public static void glViewport(int a, int b, int c, int d) {}
  public static void glDrawArrays(int a, int b, int c) {}
}
