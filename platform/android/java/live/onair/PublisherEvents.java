// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What the native publisher calls, on its own threads: hands on to the app's executor. */
final class PublisherEvents {
  private final Messenger messenger;
  private final Publisher.Listener listener;
  private final UrlRefresher refresher;

  PublisherEvents(Messenger messenger, Publisher.Listener listener, UrlRefresher refresher) {
    this.messenger = messenger;
    this.listener = listener;
    this.refresher = refresher;
  }

  void state(int destination, int state, OnairException error, long retryInMicros) {
    PublishState told = PublishState.of(state);
    messenger.tell(() -> listener.onState(destination, told, error, retryInMicros));
  }

  void firstFrame(int destination, long sinceStartMicros) {
    messenger.tell(() -> listener.onFirstFrameSent(destination, sinceStartMicros));
  }

  void framesDropped(int destination, long frames) {
    messenger.tell(() -> listener.onFramesDropped(destination, frames));
  }

  void network(int destination, int quality, int trouble) {
    NetworkQuality toldQuality = NetworkQuality.of(quality);
    NetworkTrouble toldTrouble = NetworkTrouble.of(trouble);
    messenger.tell(() -> listener.onNetworkQuality(destination, toldQuality, toldTrouble));
  }

  void rate(int destination, long bitsPerSecond) {
    messenger.tell(() -> listener.onRateChanged(destination, bitsPerSecond));
  }

  void audioRefused(int destination) {
    messenger.tell(() -> listener.onAudioRefused(destination));
  }

  void handOverFailed(int destination, OnairException error) {
    messenger.tell(() -> listener.onHandOverFailed(destination, error));
  }

  void policyChosen(
      int destination,
      int network,
      String controller,
      String arm,
      String experiment,
      String policyVersion) {
    PolicyChoice choice =
        new PolicyChoice(NetworkKind.of(network), controller, arm, experiment, policyVersion);
    messenger.tell(() -> listener.onPolicyChosen(destination, choice));
  }

  void refreshUrl(int destination, int reason, long answer) {
    UrlReason told = UrlReason.of(reason);
    messenger.tell(() -> refresher.refresh(destination, told, new UrlAnswer(answer)));
  }

  void facesFailed(OnairException error) {
    messenger.tell(() -> listener.onFacesFailed(error));
  }

  void stats(PublisherStats stats) {
    messenger.tell(() -> listener.onStats(stats));
  }
}
