// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Pictures and sound of the app's in, live streams out.
 *
 * <pre>{@code
 * Publisher publisher = Publisher.create(
 *     new PublisherConfig.Builder("rtmp://host/app/key").build(), executor, listener);
 * publisher.start();
 * publisher.pushVideo(picture, buffers::giveBack);  // for each picture
 * publisher.pushAudio(sound);                       // for each run of sound
 * publisher.stop();                                 // ENDED follows
 * publisher.close();
 * }</pre>
 *
 * <p>Every method may be called from any thread, and none blocks but {@link #close()}. What cannot
 * be done is thrown as {@link OnairException}, {@link ErrorCode#INVALID_STATE} by every method once
 * it is closed. It must be closed: it is not collected while it is open.
 */
public final class Publisher implements AutoCloseable {
  static {
    NativeLibrary.load();
  }

  /** Who hears from a publisher, on its executor. What a method throws is contained and logged. */
  public interface Listener {
    /**
     * One destination changed its state.
     *
     * @param destination index into the addresses of the config
     * @param state it is in now
     * @param error why, for RECONNECTING and for an ENDED that was not asked for; otherwise null
     * @param retryInMicros wait before the next attempt, for RECONNECTING
     */
    default void onState(
        int destination, PublishState state, OnairException error, long retryInMicros) {}

    /**
     * The first picture left.
     *
     * @param destination index into the addresses of the config
     * @param sinceStartMicros since {@link Publisher#start()}
     */
    default void onFirstFrameSent(int destination, long sinceStartMicros) {}

    /**
     * Coded pictures were dropped because the connection is too slow; at most once a second.
     *
     * @param destination index into the addresses of the config
     * @param frames since the last call
     */
    default void onFramesDropped(int destination, long frames) {}

    /**
     * The network became poor, or good again.
     *
     * @param destination index into the addresses of the config
     * @param quality it has now
     * @param trouble what is wrong
     */
    default void onNetworkQuality(
        int destination, NetworkQuality quality, NetworkTrouble trouble) {}

    /**
     * The network takes another rate of video; at most once a second.
     *
     * @param destination index into the addresses of the config
     * @param bitsPerSecond of video
     */
    default void onRateChanged(int destination, long bitsPerSecond) {}

    /**
     * The peer takes no sound; pictures go on.
     *
     * @param destination index into the addresses of the config
     */
    default void onAudioRefused(int destination) {}

    /**
     * A second connection was wanted and not had; the present one goes on.
     *
     * @param destination index into the addresses of the config
     * @param error why
     */
    default void onHandOverFailed(int destination, OnairException error) {}

    /**
     * Who controls the rate of a destination from now on, by the config's policy: at its start, and
     * when the network's kind changed.
     *
     * @param destination index into the addresses of the config
     * @param choice in force
     */
    default void onPolicyChosen(int destination, PolicyChoice choice) {}

    /**
     * Faces cannot be found: the app's finder failed. The stream goes on without faces.
     *
     * @param error why
     */
    default void onFacesFailed(OnairException error) {}

    /**
     * Numbers, as often as the config says.
     *
     * @param stats the callee's
     */
    default void onStats(PublisherStats stats) {}
  }

  private final long handle;
  private final Messenger messenger;

  private Publisher(long handle, Messenger messenger) {
    this.handle = handle;
    this.messenger = messenger;
  }

  /**
   * Opens encoders and files, and builds threads; connects to nothing.
   *
   * @param config what to send where
   * @param executor on whose threads the listener hears; must not block its caller. One that runs
   *     tasks in place makes the listener hear on a thread of the library, from which {@link
   *     #close()} is refused
   * @param listener who hears
   * @return open
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} naming the field, {@link
   *     ErrorCode#INVALID_URL}, {@link ErrorCode#UNSUPPORTED}, {@link ErrorCode#CODEC_OPEN}, {@link
   *     ErrorCode#CODEC_UNAVAILABLE}, {@link ErrorCode#FILE_WRITE}, {@link ErrorCode#DISK_FULL}
   */
  public static Publisher create(PublisherConfig config, Executor executor, Listener listener) {
    Check.present(config, "config");
    Messenger messenger = new Messenger(Check.present(executor, "executor"));
    PublisherEvents events =
        new PublisherEvents(messenger, Check.present(listener, "listener"), config.refresher);
    EncodedTracks encoded = config.encoded;
    long handle =
        nativeCreate(
            config.settings.toArray(),
            encoded == null ? null : encoded.videoConfig,
            encoded == null ? null : encoded.audioConfig,
            encoded == null ? null : encoded.control,
            config.faces,
            events);
    return new Publisher(handle, messenger);
  }

  /**
   * Goes live to every destination. Once.
   *
   * @throws OnairException {@link ErrorCode#INVALID_STATE} after that and after {@link #stop()}
   */
  public void start() {
    nativeStart(handle);
  }

  /**
   * Ends every session and file; {@link PublishState#ENDED} follows for each destination within 500
   * ms.
   *
   * @throws OnairException {@link ErrorCode#INVALID_STATE} after that
   */
  public void stop() {
    nativeStop(handle);
  }

  /**
   * Stops, waits for the end and ends all threads; at most 500 ms, whatever network and disk do.
   * Afterwards no listener call begins, and none is under way on another thread. May be called
   * again, which does nothing.
   *
   * @throws OnairException {@link ErrorCode#INVALID_STATE} from a callback on a thread of the
   *     library; then nothing was done
   */
  @Override
  public void close() {
    nativeClose(handle);
    messenger.close();
  }

  /**
   * The next picture; copied.
   *
   * @param picture of any size and turn
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} naming what is wrong with it
   */
  public void pushVideo(Picture picture) {
    push(picture, null);
  }

  /**
   * The next picture, without a copy: its pixels must not change until they are given back. The
   * last one is kept to be shown again, so that a pool needs at least four.
   *
   * @param picture of any size and turn
   * @param giveBack called once, on any thread, maybe before this method returns, maybe after
   *     {@link #close()}; must return at once. Not called where this method throws
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} naming what is wrong with it
   */
  public void pushVideo(Picture picture, Runnable giveBack) {
    push(picture, Check.present(giveBack, "giveBack"));
  }

  private void push(Picture picture, Runnable giveBack) {
    Check.present(picture, "picture");
    nativePushVideo(
        handle,
        picture.buffer(0),
        picture.buffer(1),
        picture.buffer(2),
        picture.layout(),
        picture.capturedAtMicros(),
        giveBack);
  }

  /**
   * The next sound; copied.
   *
   * @param sound of any rate and channel count
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} naming what is wrong with it
   */
  public void pushAudio(Sound sound) {
    Check.present(sound, "sound");
    ByteBuffer samples = sound.samples;
    nativePushAudio(
        handle,
        samples,
        new int[] {
          samples.position(),
          samples.remaining(),
          sound.format.number,
          sound.sampleRate,
          sound.channels,
        },
        sound.capturedAtMicros());
  }

  /**
   * The next frame of a track that the app codes; copied.
   *
   * @param frame of a track in {@link PublisherConfig.Builder#encoded}
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} naming what is wrong with it, {@link
   *     ErrorCode#INVALID_STATE} where no track is coded by the app
   */
  public void pushEncoded(EncodedFrame frame) {
    push(frame, null);
  }

  /**
   * The next frame of a track that the app codes, without a copy: its bytes must not change until
   * they are given back. ({@link EncodedFrame#annexB()} is copied all the same, and given back
   * before this method returns.)
   *
   * @param frame of a track in {@link PublisherConfig.Builder#encoded}
   * @param giveBack called once, on any thread, maybe before this method returns, maybe after
   *     {@link #close()}; must return at once. Not called where this method throws
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} naming what is wrong with it, {@link
   *     ErrorCode#INVALID_STATE} where no track is coded by the app
   */
  public void pushEncoded(EncodedFrame frame, Runnable giveBack) {
    push(frame, Check.present(giveBack, "giveBack"));
  }

  private void push(EncodedFrame frame, Runnable giveBack) {
    Check.present(frame, "frame");
    nativePushEncoded(
        handle, frame.data, frame.layout(), frame.times(), frame.config(), giveBack);
  }

  /** Silence instead of sound; the track goes on. Sound that the app codes is not sent. */
  public void mute() {
    nativeSetMuted(handle, true);
  }

  /** Sound again. */
  public void unmute() {
    nativeSetMuted(handle, false);
  }

  /**
   * The last picture and silence instead of what comes in, until {@link #resume()}. Viewers stay
   * connected. Of tracks that the app codes nothing is sent.
   */
  public void pause() {
    nativeSetPaused(handle, true);
  }

  /** What comes in is sent again. */
  public void resume() {
    nativeSetPaused(handle, false);
  }

  /**
   * The most that the encoder may do, for example in a hot phone; what the network asks for stays
   * below it.
   *
   * @param bitsPerSecond of video; 0 for as configured
   * @param picturesPerSecond at most 120; 0 for as configured
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} naming the field
   */
  public void setLimits(long bitsPerSecond, double picturesPerSecond) {
    nativeSetLimits(handle, bitsPerSecond, picturesPerSecond);
  }

  /**
   * Effects, from the next picture on; strengths are eased. Without pictures, and of pictures that
   * the app codes, they do nothing.
   *
   * @param beauty all of them
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} naming the field
   */
  public void setBeauty(Beauty beauty) {
    Check.present(beauty, "beauty");
    nativeSetBeauty(
        handle,
        beauty.smooth,
        beauty.whiten,
        beauty.ruddy,
        beauty.sharpen,
        beauty.slim,
        beauty.eyes);
  }

  /**
   * Colours by a table, such as grading programs write, from the next picture on.
   *
   * @param cube text of a .cube file (3D, at most 65 nodes a side); null: none
   * @param strength how much of it is seen, 0 to 1
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} whose native code is the line where the
   *     text is wrong, {@link ErrorCode#UNSUPPORTED} for a 1D table, {@link ErrorCode#LIMIT}
   */
  public void setColourTable(String cube, float strength) {
    nativeSetColourTable(handle, cube, strength);
  }

  /**
   * What is laid over all pictures from the next one on.
   *
   * @param watermark instead of the one before; null: none
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} naming the field
   */
  public void setWatermark(Watermark watermark) {
    if (watermark == null) {
      nativeSetWatermark(handle, null, 0, 0, 0, 0);
    } else {
      nativeSetWatermark(
          handle, watermark.rgba, watermark.width, watermark.height, watermark.x, watermark.y);
    }
  }

  /** Viewers see the pictures as in a mirror, from the next one on; the watermark is not turned. */
  public void mirror() {
    nativeSetMirrored(handle, true);
  }

  /** Viewers see the pictures as they are. */
  public void unmirror() {
    nativeSetMirrored(handle, false);
  }

  /**
   * Where quality should go beside faces; replaces those of the last call.
   *
   * @param regions 16 at most
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} for more, or numbers out of range
   */
  public void setRegions(List<RoiRegion> regions) {
    float[] numbers = new float[5 * Check.present(regions, "regions").size()];
    int at = 0;
    for (RoiRegion region : regions) {
      Check.present(region, "regions");
      numbers[at++] = region.x;
      numbers[at++] = region.y;
      numbers[at++] = region.width;
      numbers[at++] = region.height;
      numbers[at++] = region.quality;
    }
    nativeSetRegions(handle, numbers);
  }

  /**
   * Puts a filter of the app's behind beauty and colour table, before the watermark, from the next
   * picture on; several run in the order they came.
   *
   * @param filter held until it is removed or this is closed
   * @return names it for {@link #removeFilter}
   * @throws OnairException {@link ErrorCode#LIMIT} beyond 16, {@link ErrorCode#INVALID_STATE} without
   *     pictures that the library codes
   */
  public int addFilter(PictureFilter filter) {
    return nativeAddFilter(handle, Check.present(filter, "filter"));
  }

  /**
   * Takes a filter out before the next picture.
   *
   * @param id of {@link #addFilter}; one that is not in use is ignored
   */
  public void removeFilter(int id) {
    nativeRemoveFilter(handle, id);
  }

  /**
   * Who sees the pictures on their way to the encoder, from the next one on.
   *
   * @param preview instead of the one before; null for nobody
   * @throws OnairException {@link ErrorCode#INVALID_STATE} without pictures to see
   */
  public void setPreview(Preview preview) {
    nativeSetPreview(handle, preview);
  }

  /**
   * The device has another way to the network, such as cellular instead of Wi-Fi. Live sessions
   * open a second connection and move to it with a key frame; those that wait try at once. Once per
   * change.
   *
   * @param kind what the network is now
   */
  public void networkChanged(NetworkKind kind) {
    nativeNetworkChanged(handle, Check.present(kind, "kind").number, null);
  }

  /**
   * The same, where the app knows the network to use.
   *
   * @param kind what the network is now
   * @param localAddress this device's address on it, as numbers; connections begin there
   * @throws OnairException {@link ErrorCode#INVALID_CONFIG} where it is no address
   */
  public void networkChanged(NetworkKind kind, String localAddress) {
    nativeNetworkChanged(
        handle,
        Check.present(kind, "kind").number,
        Check.present(localAddress, "localAddress"));
  }

  /**
   * Its numbers now.
   *
   * @return the caller's
   */
  public PublisherStats stats() {
    return nativeStats(handle);
  }

  private static native long nativeCreate(
      String[] settings,
      byte[] videoConfig,
      byte[] audioConfig,
      EncoderControl control,
      FaceFinder faces,
      PublisherEvents events);

  private static native void nativeStart(long handle);

  private static native void nativeStop(long handle);

  private static native void nativeClose(long handle);

  private static native void nativePushVideo(
      long handle,
      ByteBuffer first,
      ByteBuffer second,
      ByteBuffer third,
      int[] layout,
      long capturedAtMicros,
      Runnable giveBack);

  private static native void nativePushAudio(
      long handle, ByteBuffer samples, int[] layout, long capturedAtMicros);

  private static native void nativePushEncoded(
      long handle, ByteBuffer data, int[] layout, long[] times, byte[] config, Runnable giveBack);

  private static native void nativeSetMuted(long handle, boolean isMuted);

  private static native void nativeSetPaused(long handle, boolean isPaused);

  private static native void nativeSetLimits(long handle, long bitsPerSecond, double frameRate);

  private static native void nativeSetBeauty(
      long handle,
      float smooth,
      float whiten,
      float ruddy,
      float sharpen,
      float slim,
      float eyes);

  private static native void nativeSetColourTable(long handle, String cube, float strength);

  private static native void nativeSetWatermark(
      long handle, byte[] rgba, int width, int height, int x, int y);

  private static native void nativeSetMirrored(long handle, boolean isMirrored);

  private static native void nativeSetRegions(long handle, float[] numbers);

  private static native int nativeAddFilter(long handle, PictureFilter filter);

  private static native void nativeRemoveFilter(long handle, int id);

  private static native void nativeSetPreview(long handle, Preview preview);

  private static native void nativeNetworkChanged(long handle, int kind, String localAddress);

  private static native PublisherStats nativeStats(long handle);
}
