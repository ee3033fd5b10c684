// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import android.media.Image;
import android.media.MediaCodec;
import android.media.MediaCodecInfo;
import android.media.MediaFormat;
import android.os.Build;
import android.os.Bundle;
import android.os.Handler;
import android.os.HandlerThread;
import android.view.Surface;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import live.onair.EncodedFrame;
import live.onair.EncoderControl;
import live.onair.EncoderTarget;
import live.onair.FrameKind;
import live.onair.Plane;
import live.onair.RoiRegion;

/**
 * A hardware encoder by MediaCodec, fed through a Surface or with pictures in memory. What the
 * network allows goes in while it runs, as EncoderSteering decides; regions of interest where
 * CodecChoice.roiForm() says so.
 *
 * <p>Thread-safe: calls are carried to one thread of its own, on which the sink is called, too.
 */
public final class VideoEncoder implements EncoderControl {
  /** Takes what comes out, on the encoder's thread; returns at once. */
  public interface Sink {
    /**
     * Parameter sets in annex B, for EncodedTracks.Builder.video(), before the first picture. When
     * they change they are told again, and the next key frame brings them along.
     */
    void onParameterSets(byte[] parameterSets);

    /** Its data are valid for the call. */
    void onFrame(EncodedFrame frame);

    /** The codec broke, and is closed; `isTransient`: a new one may be made at once. */
    void onEncoderFailed(String what, boolean isTransient);
  }

  // Pictures that wait for an input buffer: the newest win.
  private static final int MOST_WAITING = 2;

  private final VideoEncoderConfig config;
  private final Sink sink;
  private final HandlerThread thread = new HandlerThread("onair.encoder");
  private final Handler handler;
  private final EncoderSteering steering;
  private final CodecChoice.RoiForm roiForm;
  private final MediaCodec codec;
  private final Surface surface;

  // Of the encoder's thread.
  private final ArrayDeque<Integer> inputs = new ArrayDeque<>();
  private final ArrayDeque<CapturedPicture> waiting = new ArrayDeque<>();
  private byte[] parameterSets;
  private boolean areParameterSetsNew;
  private boolean isClosed;
  private long dropped;

  /** How pictures come in. */
  public enum Input {
    /** Drawn into surface(). */
    SURFACE,
    /** By push(). */
    MEMORY
  }

  private VideoEncoder(VideoEncoderConfig config, Input input, MediaCodecInfo info, Sink sink)
      throws IOException {
    this.config = config;
    this.sink = sink;
    steering = new EncoderSteering(config.rateBps);
    roiForm = CodecChoice.roiForm(info, config.codec, config.roiForm);
    codec = MediaCodec.createByCodecName(info.getName());
    thread.start();
    handler = new Handler(thread.getLooper());
    try {
      codec.setCallback(new Callback(), handler);
      codec.configure(format(input), null, null, MediaCodec.CONFIGURE_FLAG_ENCODE);
      surface = input == Input.SURFACE ? codec.createInputSurface() : null;
      codec.start();
    } catch (IllegalStateException | IllegalArgumentException refused) {
      codec.release();
      thread.quitSafely();
      throw new IOException(info.getName() + " refuses its settings", refused);
    }
  }

  /** Opens and starts one; IOException where the device has none for this or it refuses. */
  public static VideoEncoder open(VideoEncoderConfig config, Input input, Sink sink)
      throws IOException {
    VideoEncoderConfig copy = config.copy();
    MediaCodecInfo info = CodecChoice.encoder(copy);
    if (info == null)
      throw new IOException("no hardware encoder for " + CodecKeys.mime(copy.codec));
    return new VideoEncoder(copy, input, info, sink);
  }

  /** Null with Input.MEMORY. Whoever draws into it asks takesPicture() first. */
  public Surface surface() {
    return surface;
  }

  /** How regions are told to this codec; the wanted form, or what it has of it. */
  public CodecChoice.RoiForm roiForm() {
    return roiForm;
  }

  /**
   * Whether a picture of this moment is to be drawn into the surface; on the drawing thread. What
   * the network allows goes into the codec on this occasion.
   */
  public boolean takesPicture(long capturedUs) {
    synchronized (steering) {
      applySteering();
      return steering.takesPicture(capturedUs);
    }
  }

  /** One picture of the configured size, with Input.MEMORY; the encoder releases it. */
  public void push(CapturedPicture picture) {
    if (!handler.post(() -> take(picture))) picture.release();
  }

  @Override
  public void onTarget(EncoderTarget target) {
    synchronized (steering) {
      steering.onTarget(target);
    }
    handler.post(this::steer);
  }

  @Override
  public void onKeyFrameWanted() {
    synchronized (steering) {
      steering.onKeyFrameWanted();
    }
    handler.post(this::steer);
  }

  /** From the next picture on, until told otherwise; no effect where roiForm() is NONE. */
  public void setRoi(List<RoiRegion> regions) {
    if (roiForm == CodecChoice.RoiForm.NONE) return;
    Bundle bundle = new Bundle();
    if (roiForm == CodecChoice.RoiForm.MAP) {
      bundle.putByteArray(MediaCodec.PARAMETER_KEY_QP_OFFSET_MAP,
          RoiOffsets.map(regions, config.width, config.height, config.strongestQp));
    } else {
      bundle.putString(MediaCodec.PARAMETER_KEY_QP_OFFSET_RECTS,
          RoiOffsets.rects(regions, config.width, config.height, config.strongestQp));
    }
    handler.post(() -> setParameters(bundle));
  }

  /** Ends it; the sink is not called by what happens after this. */
  public void close() {
    handler.post(this::closeCodec);
  }

  private MediaFormat format(Input input) {
    MediaFormat format =
        MediaFormat.createVideoFormat(CodecKeys.mime(config.codec), config.width, config.height);
    int colours = input == Input.SURFACE
        ? MediaCodecInfo.CodecCapabilities.COLOR_FormatSurface
        : MediaCodecInfo.CodecCapabilities.COLOR_FormatYUV420Flexible;
    Map<String, Integer> keys = CodecKeys.encoder(config, colours, Build.VERSION.SDK_INT);
    for (Map.Entry<String, Integer> key : keys.entrySet()) {
      format.setInteger(key.getKey(), key.getValue());
    }
    if (roiForm != CodecChoice.RoiForm.NONE) {
      format.setFeatureEnabled(MediaCodecInfo.CodecCapabilities.FEATURE_Roi, true);
    }
    return format;
  }

  private void steer() {
    synchronized (steering) {
      applySteering();
    }
  }

  private void applySteering() {
    EncoderSteering.Change change = steering.changeAt(DriverClock.nowUs());
    if (change.isEmpty()) return;
    Bundle bundle = new Bundle();
    if (change.rateBps > 0) {
      bundle.putInt(MediaCodec.PARAMETER_KEY_VIDEO_BITRATE, change.rateBps);
    }
    if (change.asksKeyFrame) bundle.putInt(MediaCodec.PARAMETER_KEY_REQUEST_SYNC_FRAME, 0);
    if (change.flow != EncoderSteering.Flow.AS_IT_IS) {
      bundle.putInt(
          MediaCodec.PARAMETER_KEY_SUSPEND, change.flow == EncoderSteering.Flow.SUSPEND ? 1 : 0);
    }
    handler.post(() -> setParameters(bundle));
  }

  private void setParameters(Bundle bundle) {
    if (isClosed) return;
    try {
      codec.setParameters(bundle);
    } catch (IllegalStateException broken) {
      // onError() says why.
    }
  }

  private void take(CapturedPicture picture) {
    boolean isWanted;
    synchronized (steering) {
      applySteering();
      isWanted = !isClosed && steering.takesPicture(picture.capturedUs);
    }
    if (!isWanted) {
      picture.release();
      return;
    }
    waiting.add(picture);
    if (waiting.size() > MOST_WAITING) {
      waiting.remove().release();
      dropped++;
    }
    feed();
  }

  private void feed() {
    while (!waiting.isEmpty() && !inputs.isEmpty()) {
      CapturedPicture picture = waiting.remove();
      int index = inputs.remove();
      try {
        Image image = codec.getInputImage(index);
        boolean isFilled = image != null && fill(picture, image);
        int size = isFilled ? config.width * config.height * 3 / 2 : 0;
        codec.queueInputBuffer(index, 0, size, picture.capturedUs, 0);
        if (!isFilled) dropped++;
      } catch (IllegalStateException broken) {
        // onError() says why.
      } finally {
        picture.release();
      }
    }
  }

  private boolean fill(CapturedPicture picture, Image image) {
    if (picture.width != config.width || picture.height != config.height) return false;
    Plane[] planes = PictureReader.planes(image);
    for (int i = 0; i < 3; i++) {
      int width = i == 0 ? picture.width : (picture.width + 1) / 2;
      int height = i == 0 ? picture.height : (picture.height + 1) / 2;
      if (!PlaneCopy.copy(picture.planes[i], planes[i], width, height)) return false;
    }
    return true;
  }

  private void give(int index, MediaCodec.BufferInfo info) {
    boolean isConfig = (info.flags & MediaCodec.BUFFER_FLAG_CODEC_CONFIG) != 0;
    ByteBuffer data = codec.getOutputBuffer(index);
    if (!isConfig && info.size > 0 && data != null && parameterSets != null) {
      data.limit(info.offset + info.size).position(info.offset);
      boolean isKey = (info.flags & MediaCodec.BUFFER_FLAG_KEY_FRAME) != 0;
      if (isKey) onKeyFrame();
      sink.onFrame(frame(data, info.presentationTimeUs, isKey));
    }
    codec.releaseOutputBuffer(index, false);
  }

  private EncodedFrame frame(ByteBuffer data, long capturedUs, boolean isKey) {
    FrameKind kind = isKey ? FrameKind.KEY : FrameKind.REFERENCE;
    EncodedFrame frame = EncodedFrame.video(kind, data, capturedUs).capturedAt(capturedUs).annexB();
    if (!isKey || !areParameterSetsNew) return frame;
    areParameterSetsNew = false;
    return frame.withConfig(parameterSets, config.width, config.height);
  }

  private void onKeyFrame() {
    synchronized (steering) {
      steering.onKeyFrame();
    }
  }

  private void takeFormat(MediaFormat format) {
    ByteArrayOutputStream sets = new ByteArrayOutputStream();
    for (String name : new String[] {"csd-0", "csd-1"}) {
      ByteBuffer part = format.getByteBuffer(name);
      if (part == null) continue;
      byte[] bytes = new byte[part.remaining()];
      part.duplicate().get(bytes);
      sets.write(bytes, 0, bytes.length);
    }
    if (sets.size() == 0) {
      fail("its format lacks parameter sets", false);
      return;
    }
    areParameterSetsNew = parameterSets != null;
    parameterSets = sets.toByteArray();
    sink.onParameterSets(parameterSets);
  }

  private void fail(String what, boolean isTransient) {
    if (isClosed) return;
    closeCodec();
    sink.onEncoderFailed(what, isTransient);
  }

  private void closeCodec() {
    if (isClosed) return;
    isClosed = true;
    while (!waiting.isEmpty()) waiting.remove().release();
    codec.release();
    if (surface != null) surface.release();
    thread.quitSafely();
  }

  private final class Callback extends MediaCodec.Callback {
    @Override
    public void onInputBufferAvailable(MediaCodec of, int index) {
      if (isClosed) return;
      inputs.add(index);
      feed();
    }

    @Override
    public void onOutputBufferAvailable(MediaCodec of, int index, MediaCodec.BufferInfo info) {
      if (isClosed) return;
      try {
        give(index, info);
      } catch (IllegalStateException broken) {
        // onError() says why.
      }
    }

    @Override
    public void onError(MediaCodec of, MediaCodec.CodecException error) {
      fail(error.getDiagnosticInfo(), error.isTransient() || error.isRecoverable());
    }

    @Override
    public void onOutputFormatChanged(MediaCodec of, MediaFormat format) {
      if (!isClosed) takeFormat(format);
    }
  }
}
