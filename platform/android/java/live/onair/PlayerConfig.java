// SPDX-License-Identifier: Apache-2.0
package live.onair;

import java.util.function.Supplier;

/** What a player is made of; what is left out has its default. Immutable. */
public final class PlayerConfig {
  final Settings settings;
  final PreloadPool preload;
  final Supplier<? extends PictureDecoder> decoder;

  private PlayerConfig(Builder builder) {
    settings = new Settings(builder.settings);
    preload = builder.preload;
    decoder = builder.decoder;
  }

  /**
   * Makes a {@link PlayerConfig}. For one thread; the address and ranges are judged by {@link
   * Player#create}.
   */
  public static final class Builder {
    private final Settings settings = new Settings();
    private PreloadPool preload;
    private Supplier<? extends PictureDecoder> decoder;

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
     * The realtime stream shows nothing for so long, without an error: the other is opened beside
     * it. Default: 1500.
     *
     * @param millis 200 to 30000; less opens a second connection more often for nothing
     * @return this
     */
    public Builder fallbackAfterMillis(int millis) {
      settings.put("fallback_after_ms", millis);
      return this;
    }

    /**
     * When the realtime stream is tried again. Each try that fails, or lasts less than a minute,
     * doubles the wait. Default: 10000, 300000.
     *
     * @param firstMillis from when it fell back, 1000 to 600000
     * @param mostMillis that the wait grows to, {@code firstMillis} to 3600000
     * @return this
     */
    public Builder returnAfterMillis(int firstMillis, int mostMillis) {
      settings.put("first_return_ms", firstMillis);
      settings.put("most_return_ms", mostMillis);
      return this;
    }

    /**
     * Another quality of the live stream: 16 at most, their rates ascending, the config's address
     * among them. The player goes to what the network carries until the app pins one. Without a
     * call: what the address has.
     *
     * @param quality beside the others
     * @return this
     */
    public Builder quality(PlayQuality quality) {
      Check.present(quality, "quality").addTo(settings);
      return this;
    }

    /**
     * Who chooses among the qualities at first. Default: the player.
     *
     * @param mode {@link QualityMode#PINNED}: the config's address stays
     * @return this
     */
    public Builder qualityMode(QualityMode mode) {
      settings.put("quality_mode", Check.present(mode, "quality_mode").number);
      return this;
    }

    /**
     * How long there was no trouble before the next better quality is tried. Each try that fails, or
     * leads back within the proof, doubles the wait. Default: 8000, 120000.
     *
     * @param firstMillis 1000 to 300000; less sees the better picture sooner and troubles the network
     *     more often
     * @param mostMillis that the wait grows to, {@code firstMillis} to 3600000
     * @return this
     */
    public Builder climbAfterMillis(int firstMillis, int mostMillis) {
      settings.put("climb_after_ms", firstMillis);
      settings.put("most_climb_after_ms", mostMillis);
      return this;
    }

    /**
     * How long a better quality must last to count as proven. Default: 10000.
     *
     * @param millis 1000 to 300000
     * @return this
     */
    public Builder qualityProofMillis(int millis) {
      settings.put("proof_ms", millis);
      return this;
    }

    /**
     * The share of what the network was seen to carry that a quality may take. Default: 0.75.
     *
     * @param share 0.3 to 1; less stalls less, more shows more
     * @return this
     */
    public Builder qualityShare(double share) {
      settings.put("quality_share_bits", Double.doubleToRawLongBits(share));
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
     * Pictures are decoded by the app, such as by a phone's hardware. Without the call: by the
     * library. Rooms that were made ready ahead show the library's picture first.
     *
     * @param maker asked once by each {@link Player#create}, on its thread; what it throws comes out
     *     there
     * @return this
     */
    public Builder decoder(Supplier<? extends PictureDecoder> maker) {
      decoder = Check.present(maker, "decoder");
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
