// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What a publisher is made of; what is left out has its default. Immutable. */
public final class PublisherConfig {
  final Settings settings;
  final EncodedTracks encoded;
  final FaceFinder faces;
  final UrlRefresher refresher;

  private PublisherConfig(Builder builder) {
    settings = new Settings(builder.settings);
    encoded = builder.encoded;
    faces = builder.faces;
    refresher = builder.refresher;
  }

  /**
   * Makes a {@link PublisherConfig}. For one thread; addresses and ranges are judged by {@link
   * Publisher#create}.
   */
  public static final class Builder {
    private final Settings settings = new Settings();
    private EncodedTracks encoded;
    private FaceFinder faces;
    private UrlRefresher refresher;

    /**
     * Begins with one destination.
     *
     * @param url as for {@link #alsoTo}
     */
    public Builder(String url) {
      settings.putText("url", url);
    }

    /**
     * Another destination; all get the stream at once, each with a session of its own. 8 at most.
     *
     * @param url {@code rtmp(s)://host/app/key}; WebRTC by {@code rts://host/app/stream} or {@code
     *     whip+https://..}; {@code file:PATH} that ends in .flv, .mp4 or .m3u8
     * @return this
     */
    public Builder alsoTo(String url) {
      settings.putText("url", url);
      return this;
    }

    /**
     * Pictures are coded like this. Without the call: by the defaults of {@link VideoConfig}.
     *
     * @param config of the video
     * @return this
     */
    public Builder video(VideoConfig config) {
      settings.putAll("video.", Check.present(config, "video").settings);
      return this;
    }

    /**
     * A stream without pictures.
     *
     * @return this
     */
    public Builder withoutVideo() {
      settings.put("video", 0);
      return this;
    }

    /**
     * Sound is coded like this. Without the call: by the defaults of {@link AudioConfig}.
     *
     * @param config of the audio
     * @return this
     */
    public Builder audio(AudioConfig config) {
      settings.putAll("audio.", Check.present(config, "audio").settings);
      return this;
    }

    /**
     * A stream without sound.
     *
     * @return this
     */
    public Builder withoutAudio() {
      settings.put("audio", 0);
      return this;
    }

    /**
     * The app codes tracks by itself.
     *
     * @param tracks which, and how to decode them
     * @return this
     */
    public Builder encoded(EncodedTracks tracks) {
      encoded = Check.present(tracks, "encoded");
      return this;
    }

    /**
     * Who gives fresh addresses where their tokens expire: asked before each attempt of an {@code
     * rtmp(s)} destination but the first, and when its server refused it. Without the call a refusal
     * is final.
     *
     * @param source asked on the app's executor
     * @return this
     */
    public Builder refreshUrl(UrlRefresher source) {
      refresher = Check.present(source, "refresh_url");
      settings.put("refresh_url", 1);
      return this;
    }

    /**
     * A policy chooses who controls the rate, by the kind of network and the transport; {@link
     * Publisher.Listener#onPolicyChosen} tells. Without the call: always the same.
     *
     * @param json text of the policy, the app's to fetch and keep
     * @param sessionId what it deals sessions into arms by, the same in the service's own tables; 1
     *     to 256 bytes
     * @return this
     */
    public Builder policy(String json, String sessionId) {
      settings.putText("policy", json);
      settings.putText("session_id", sessionId);
      return this;
    }

    /**
     * Who finds faces, for {@link Beauty#slim}, {@link Beauty#eyes} and quality where faces are.
     * Without the call none are looked for.
     *
     * @param finder held until the publisher is closed
     * @return this
     */
    public Builder faces(FaceFinder finder) {
      faces = Check.present(finder, "faces");
      return this;
    }

    /**
     * Authorization of WHIP.
     *
     * @param token a secret
     * @return this
     */
    public Builder bearerToken(String token) {
      settings.putText("bearer_token", token);
      return this;
    }

    /**
     * Another server that helps WebRTC to a path. At most 4 of STUN and 4 of TURN are asked.
     *
     * @param server asked beside the others
     * @return this
     */
    public Builder iceServer(IceServer server) {
      Check.present(server, "ice_server").addTo(settings);
      return this;
    }

    /**
     * Trusts only the issuers in a file. Default: the system's.
     *
     * @param path of a PEM file
     * @return this
     */
    public Builder trustedIssuers(String path) {
      settings.putText("ca_file", path);
      return this;
    }

    /**
     * Accepts anybody as the server. For a test bench only.
     *
     * @return this
     */
    public Builder trustAnybody() {
      settings.put("tls_verify", 0);
      return this;
    }

    /**
     * Attempts in a row without success before a destination is given up. Default: 20.
     *
     * @param attempts 0 to 1000
     * @return this
     */
    public Builder maxReconnects(int attempts) {
      settings.put("max_reconnects", attempts);
      return this;
    }

    /**
     * The network that the device is on as it goes live. Default: unknown.
     *
     * @param kind as the system says
     * @return this
     */
    public Builder network(NetworkKind kind) {
      settings.put("network", Check.present(kind, "network").number);
      return this;
    }

    /**
     * Statistics come to the listener this often. Default: never.
     *
     * @param millis 100 to 60000
     * @return this
     */
    public Builder statsEveryMillis(int millis) {
      settings.put("stats_every_ms", millis);
      return this;
    }

    /**
     * Runs with one seed choose alike, such as how long they wait before a reconnect. Default: 1.
     *
     * @param number not negative
     * @return this
     */
    public Builder seed(long number) {
      settings.put("seed", number);
      return this;
    }

    /**
     * The config as it was told.
     *
     * @return immutable
     */
    public PublisherConfig build() {
      return new PublisherConfig(this);
    }
  }
}
