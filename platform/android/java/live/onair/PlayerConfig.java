// SPDX-License-Identifier: Apache-2.0
package live.onair;

/** What a player is made of; what is left out has its default. Immutable. */
public final class PlayerConfig {
  final Settings settings;
  final PreloadPool preload;

  private PlayerConfig(Builder builder) {
    settings = new Settings(builder.settings);
    preload = builder.preload;
  }

  /**
   * Makes a {@link PlayerConfig}. For one thread; the address and ranges are judged by {@link
   * Player#create}.
   */
  public static final class Builder {
    private final Settings settings = new Settings();
    private PreloadPool preload;

    /**
     * Begins with what to play.
     *
     * @param url {@code http(s)://host/app/stream.flv}, {@code rtmp(s)://host/app/stream}; WebRTC
     *     by {@code rts://host/app/stream} or {@code whep+https://..}; a file by its path; HLS by a
     *     path or address that ends in .m3u8
     */
    public Builder(String url) {
      settings.putText("url", url);
    }

    /**
     * Which way delay and stalls are traded. Default: auto.
     *
     * @param mode of the buffer
     * @return this
     */
    public Builder buffer(BufferMode mode) {
      settings.put("buffer", Check.present(mode, "buffer").number);
      return this;
    }

    /**
     * The delay of {@link BufferMode#FIXED}. Default: 500.
     *
     * @param millis 0 to 30000
     * @return this
     */
    public Builder fixedDelayMillis(int millis) {
      settings.put("fixed_delay_ms", millis);
      return this;
    }

    /**
     * Sound is asked for by {@link Player#pullSound}. Without the call it is decoded and dropped.
     *
     * @return this
     */
    public Builder withPulledSound() {
      settings.put("sound", 1);
      return this;
    }

    /**
     * Rooms made ready ahead: where the pool has this address, the player takes it over as it is.
     *
     * @param pool open, at the time of {@link Player#create}
     * @return this
     */
    public Builder preload(PreloadPool pool) {
      preload = Check.present(pool, "preload");
      return this;
    }

    /**
     * For a WebRTC address: the same stream over HTTP-FLV or RTMP, played while the realtime one does
     * not come. Default: as servers have it by habit.
     *
     * @param url of the same stream
     * @return this
     */
    public Builder fallbackTo(String url) {
      settings.putText("fallback_url", url);
      return this;
    }

    /**
     * A WebRTC address is never played over another protocol.
     *
     * @return this
     */
    public Builder withoutFallback() {
      settings.put("fallback", 0);
      return this;
    }

    /**
     * Authorization of WHEP.
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
     * Attempts in a row without success before the player gives up. Default: 20.
     *
     * @param attempts 0 to 1000
     * @return this
     */
    public Builder maxReconnects(int attempts) {
      settings.put("max_reconnects", attempts);
      return this;
    }

    /**
     * Threads of a software decoder. Default: 1.
     *
     * @param count 1 to 16
     * @return this
     */
    public Builder decodeThreads(int count) {
      settings.put("decode_threads", count);
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
    public PlayerConfig build() {
      return new PlayerConfig(this);
    }
  }
}
