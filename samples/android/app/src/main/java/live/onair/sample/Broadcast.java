// SPDX-License-Identifier: Apache-2.0
package live.onair.sample;

import android.content.Context;
import android.os.Handler;
import android.os.Looper;
import java.io.IOException;
import live.onair.EncodedFrame;
import live.onair.EncodedTracks;
import live.onair.Publisher;
import live.onair.PublisherConfig;
import live.onair.VideoConfig;
import live.onair.device.MicrophoneCapture;
import live.onair.device.MicrophoneConfig;
import live.onair.device.NetworkWatch;
import live.onair.device.PublisherFeed;
import live.onair.device.SoundInterruption;
import live.onair.device.SoundWatch;
import live.onair.device.SurfaceCopy;
import live.onair.device.ThermalPlan;
import live.onair.device.ThermalWatch;
import live.onair.device.VideoEncoder;
import live.onair.device.VideoEncoderConfig;

/**
 * One live stream: the phone's hardware encoder drawn into by `pictures`, its microphone, and what
 * the phone has to say about networks, calls and heat. Thread: the main one.
 */
final class Broadcast implements VideoEncoder.Sink {
  /** Told on the main thread. */
  interface Listener extends Publisher.Listener {
    void onBroadcastFailed(String what);
  }

  private final Handler main = new Handler(Looper.getMainLooper());
  private final String url;
  private final SurfaceCopy pictures;
  private final Listener listener;
  private final VideoEncoderConfig video;
  private final NetworkWatch networks;
  private final ThermalWatch heat;
  private final SoundWatch sounds;
  private final MicrophoneCapture microphone;
  private VideoEncoder encoder;
  private Publisher publisher;
  // Also used on the encoder's and the microphone's threads.
  private volatile PublisherFeed feed;

  Broadcast(Context context, String url, VideoEncoderConfig video, SurfaceCopy pictures,
      Listener listener) {
    this.url = url;
    this.pictures = pictures;
    this.listener = listener;
    this.video = video;
    networks = new NetworkWatch(context, main, event -> {
      if (feed != null) feed.onNetwork(event);
    });
    heat = new ThermalWatch(context, main, this::onHeat);
    microphone = new MicrophoneCapture(new MicrophoneConfig(), sound -> {
      PublisherFeed now = feed;
      if (now != null) now.onSound(sound);
    }, new MicrophoneEvents());
    sounds = new SoundWatch(context, SoundInterruption.OwnMode.NORMAL, main,
        decision -> microphone.obey(decision.microphone));
  }

  /** Opens the encoder; the stream begins when it has told how its pictures are decoded. */
  void start() {
    try {
      encoder = VideoEncoder.open(video, VideoEncoder.Input.SURFACE, this);
    } catch (IOException none) {
      listener.onBroadcastFailed(none.getMessage());
      return;
    }
    pictures.addEncoder(encoder);
  }

  /** Ends all of it; at most half a second. */
  void stop() throws InterruptedException {
    networks.stop();
    heat.stop();
    sounds.stop();
    microphone.stop();
    if (encoder != null) {
      pictures.remove(encoder.surface());
      encoder.close();
    }
    if (feed != null) feed.close();
    if (publisher != null) publisher.close();
    encoder = null;
    publisher = null;
  }

  @Override
  public void onParameterSets(byte[] parameterSets) {
    main.post(() -> goLive(parameterSets));
  }

  @Override
  public void onFrame(EncodedFrame frame) {
    PublisherFeed now = feed;
    if (now != null) now.onFrame(frame);
  }

  @Override
  public void onEncoderFailed(String what, boolean isTransient) {
    main.post(() -> listener.onBroadcastFailed(what));
  }

  private void goLive(byte[] parameterSets) {
    if (encoder == null || publisher != null) return;
    VideoConfig config = new VideoConfig.Builder()
                             .codec(video.codec)
                             .size(video.width, video.height)
                             .frameRate(video.frameRate)
                             .bitRate(video.rateBps)
                             .build();
    EncodedTracks tracks =
        new EncodedTracks.Builder().video(parameterSets).control(encoder).build();
    PublisherConfig all = new PublisherConfig.Builder(url).video(config).encoded(tracks).build();
    try {
      publisher = Publisher.create(all, main::post, listener);
      publisher.start();
    } catch (RuntimeException refused) { // OnairException: the address, most of the time.
      listener.onBroadcastFailed(refused.getMessage());
      return;
    }
    feed = new PublisherFeed(publisher, video.rateBps, video.frameRate);
    encoder.onKeyFrameWanted(); // What was coded before has gone nowhere.
    microphone.start();
    sounds.start();
    networks.start();
    heat.start();
  }

  private void onHeat(ThermalPlan.Step step) {
    if (feed != null) feed.onThermalStep(step);
    if (step == ThermalPlan.Step.STOP) listener.onBroadcastFailed("the phone is too hot");
  }

  private final class MicrophoneEvents implements MicrophoneCapture.Listener {
    @Override
    public void onMicrophoneLost(int audioRecordError) {
    } // Silence goes on; it comes back by itself.

    @Override
    public void onMicrophoneRunning(int audioSessionId) {
      sounds.setMicrophone(audioSessionId);
    }
  }
}
