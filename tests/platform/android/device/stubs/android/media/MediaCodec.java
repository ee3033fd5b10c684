// SPDX-License-Identifier: Apache-2.0
package android.media;

public final class MediaCodec {
  public static final int BUFFER_FLAG_KEY_FRAME = 1;
  public static final int BUFFER_FLAG_CODEC_CONFIG = 2;
  public static final int BUFFER_FLAG_END_OF_STREAM = 4;
  public static final int CONFIGURE_FLAG_ENCODE = 1;
  public static final String PARAMETER_KEY_VIDEO_BITRATE = "video-bitrate";
  public static final String PARAMETER_KEY_REQUEST_SYNC_FRAME = "request-sync";
  public static final String PARAMETER_KEY_SUSPEND = "drop-input-frames";
  public static final String PARAMETER_KEY_QP_OFFSET_MAP = "qp-offset-map";
  public static final String PARAMETER_KEY_QP_OFFSET_RECTS = "qp-offset-rects";
  MediaCodec() {}
  public static MediaCodec createByCodecName(String a) throws java.io.IOException { return null; }
  public void setCallback(Callback a, android.os.Handler b) {}
  public void configure(MediaFormat a, android.view.Surface b, MediaCrypto c, int d) {}
  public android.view.Surface createInputSurface() { return null; }
  public void start() {}
  public void setParameters(android.os.Bundle a) {}
  public Image getInputImage(int a) { return null; }
  public Image getOutputImage(int a) { return null; }
  public java.nio.ByteBuffer getInputBuffer(int a) { return null; }
  public java.nio.ByteBuffer getOutputBuffer(int a) { return null; }
  public void queueInputBuffer(int a, int b, int c, long d, int e) {}
  public void releaseOutputBuffer(int a, boolean b) {}
  public void releaseOutputBuffer(int a, long b) {}
  public void setOutputSurface(android.view.Surface a) {}
  public void release() {}

  public static final class BufferInfo {
    public int offset;
    public int size;
    public long presentationTimeUs;
    public int flags;
    public BufferInfo() {}
  }

  public static final class CodecException extends IllegalStateException {
    CodecException() {}
    public String getDiagnosticInfo() { return null; }
    public boolean isTransient() { return false; }
    public boolean isRecoverable() { return false; }
  }

  public static abstract class Callback {
    public Callback() {}
    public abstract void onInputBufferAvailable(MediaCodec a, int b);
    public abstract void onOutputBufferAvailable(MediaCodec a, int b, BufferInfo c);
    public abstract void onError(MediaCodec a, CodecException b);
    public abstract void onOutputFormatChanged(MediaCodec a, MediaFormat b);
  }
}
