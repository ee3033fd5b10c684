// SPDX-License-Identifier: Apache-2.0
package live.onair.device;

import live.onair.Beauty;
import live.onair.EncodedFrame;
import live.onair.OnairException;
import live.onair.Publisher;
import live.onair.Sound;

/**
 * Carries what the phone's devices give and say to a publisher. A publisher that is closed already
 * gets nothing more, and what was lent to it is given back. Thread-safe.
 */
public final class PublisherFeed
    implements PictureSink, SoundSink, NetworkWatch.Listener, ThermalWatch.Listener {
  private final Publisher publisher;
  private final long bitRate;
  private final double frameRate;
  private volatile Beauty beauty = Beauty.none();
  private volatile ThermalPlan.Step step = ThermalPlan.Step.FULL;
  private volatile boolean isClosed;

  /** `bitRate` and `frameRate` as the publisher was configured. */
  public PublisherFeed(Publisher publisher, long bitRate, double frameRate) {
    this.publisher = publisher;
    this.bitRate = bitRate;
    this.frameRate = frameRate;
  }

  @Override
  public void onPicture(CapturedPicture picture) {
    try {
      if (!isClosed) {
        publisher.pushVideo(picture.picture(), picture::release);
        return;
      }
    } catch (OnairException refused) {
      // Closed in between: nothing was taken.
    }
    picture.release();
  }

  @Override
  public void onSound(Sound sound) {
    try {
      if (!isClosed) publisher.pushAudio(sound);
    } catch (OnairException refused) {
      // Closed in between.
    }
  }

  /** Of a VideoEncoder; the frame is copied. */
  public void onFrame(EncodedFrame frame) {
    try {
      if (!isClosed) publisher.pushEncoded(frame);
    } catch (OnairException refused) {
      // Closed in between.
    }
  }

  @Override
  public void onNetwork(NetworkChoice.Event event) {
    if (event.isOffline() || isClosed) return; // The sessions see for themselves, and reconnect.
    try {
      if (event.address.isEmpty()) {
        publisher.networkChanged(event.kind);
      } else {
        publisher.networkChanged(event.kind, event.address);
      }
    } catch (OnairException refused) {
      // Closed in between.
    }
  }

  /** STOP is the app's to obey: see ThermalPlan. */
  @Override
  public void onThermalStep(ThermalPlan.Step newStep) {
    step = newStep;
    if (newStep == ThermalPlan.Step.STOP) return;
    boolean isFull = newStep == ThermalPlan.Step.FULL;
    setLimits(isFull ? 0 : Math.round(bitRate * newStep.rateShare),
        isFull ? 0 : frameRate * newStep.frameRateShare);
    applyBeauty();
  }

  /** What the user asked for; a hot phone goes without. */
  public void setBeauty(Beauty wanted) {
    beauty = wanted;
    applyBeauty();
  }

  /** Before Publisher.close(). */
  public void close() {
    isClosed = true;
  }

  private void setLimits(long bitsPerSecond, double picturesPerSecond) {
    try {
      if (!isClosed) publisher.setLimits(bitsPerSecond, picturesPerSecond);
    } catch (OnairException refused) {
      // Closed in between.
    }
  }

  private void applyBeauty() {
    try {
      if (!isClosed) publisher.setBeauty(step.hasBeauty ? beauty : Beauty.none());
    } catch (OnairException refused) {
      // Closed in between.
    }
  }
}
