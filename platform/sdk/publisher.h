// SPDX-License-Identifier: Apache-2.0
//
// The publisher: sources in, live streams out.
//
//   auto publisher = Publisher::Create(config, executor, on_event);  // refused config: Error
//   publisher->SetSources(std::move(sources));
//   publisher->Start();                                              // returns at once
//   ...
//   publisher->Stop();                                               // returns at once
//
// Threads: every method may be called from any thread and none blocks, except where its
// comment says so, Close() and the destructor (<= 500 ms, whatever network and disk do). Events
// arrive on the executor that the app gave.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/api/capture_ports.h"
#include "core/api/codec_ports.h"
#include "core/api/control_config.h"
#include "core/api/events.h"
#include "core/api/publish_config.h"
#include "core/api/qos.h"
#include "core/machine/ip_address.h"
#include "core/machine/trace.h"
#include "platform/sdk/effects_config.h"
#include "platform/sdk/executor.h"
#include "platform/sdk/ice_server.h"
#include "platform/sdk/publisher_stats.h"
#include "platform/sdk/tls_config.h"

namespace onair {

// Shown instead of the sources while the network is poor (NetworkQualityEvent): it costs hardly
// any bits, so that viewers learn why, and the sound goes on.
struct PoorNetworkPicture {
  Picture picture;  // Of any size; fitted to the stream's.

  // How long the network of some destination has been poor before. Range [0 s, 60 s]. Less hides
  // pictures that some viewers would still have seen.
  TimeDelta after = TimeDelta::Seconds(5);
};

// Tracks that the app codes by itself, such as by a phone's own encoder, and gives by
// PushEncoded().
struct EncodedInput {
  // How to decode what will come. `video` and `audio` of the config, which must be there for these
  // tracks and agree in codec and size, tell what the app's encoder was asked for.
  StreamTracks tracks;

  // What the network allows the app's video encoder; its size stays. And: a key frame is wanted as
  // soon as possible. callback on threads of the publisher's; must return at once.
  std::function<void(const EncoderTarget&)> on_target = {};
  std::function<void()> on_key_frame_wanted = {};

  // Ok, or kInvalidConfig naming the field.
  [[nodiscard]] Status Validate(const std::optional<VideoConfig>& video,
                                const std::optional<AudioConfig>& audio) const;
};

// Where a publisher sends, what, and how. Read once, by Publisher::Create(), which validates it.
struct PublisherConfig {
  // rtmp(s)://host/app/key, WebRTC by rts://host/app/stream, whip+http(s)://.., artc:// or
  // webrtc:// (transport/webrtc/rts_url.h), or file:PATH (.flv .mp4 .m3u8). All at once, each with
  // its own session. 1..8 of them.
  std::vector<std::string> urls;

  // Authorization of WHIP (RFC 9725 section 4.7); goes to every such address. A secret. Empty:
  // none.
  std::string bearer_token = {};

  // For WebRTC. At most 4 of STUN and 4 of TURN are asked.
  std::vector<IceServer> ice_servers = {};

  // Leave one empty for a stream without that track; not both. WebRTC has wishes that go first: all
  // get H.264 of the constrained baseline without look-ahead, and a VBV of 100 ms at most (small
  // key frames), where one address is WebRTC's, and sound goes there as Opus, by a second encoder
  // where another address takes AAC.
  std::optional<VideoConfig> video = VideoConfig{};
  std::optional<AudioConfig> audio = AudioConfig{};

  // Tracks without an encoder of ours; the others take raw media as ever. WebRTC wants constrained
  // baseline and Opus: sound of another codec does not go there.
  std::optional<EncodedInput> encoded = {};

  // Faces, beauty, colours and regions of interest.
  EffectsConfig effects = {};

  PublishSessionConfig session = {};  // Of each destination: queue, time-outs, reconnects.

  // How rate, frame rate and size of the video follow the network. Beside a recording to .mp4 or
  // .m3u8, which know one size only, the size stays.
  ControlConfig control = {};
  std::optional<PoorNetworkPicture> poor_network = {};

  // Who controls each session, by the network's kind and its transport: a file's policy
  // (platform/sdk/qos_file.h) or the app's own; goes before control.controller, and narrows the
  // rates above. Outlives the publisher. Null: nobody but `control`. Where equal rates leave
  // nothing to decide it is asked, told in reports, and has no effect.
  const QosPolicy* qos = nullptr;

  // What a policy deals sessions into arms by; the same in the service's own tables. 1 to 256 bytes
  // where `qos` is set.
  std::string session_id = {};

  // The network that the device is on as it goes live; NetworkChanged() tells the next.
  NetworkKind network = NetworkKind::kUnknown;

  TlsConfig tls = {};  // Of rtmps and of WHIP over https.

  // For addresses with tokens that expire: called on the app's executor before each attempt of an
  // rtmp(s) destination but the first, and when its server refused it. `answer` takes the new
  // address (empty: the old one holds), at once or later, on any thread; what comes after
  // session.url_refresh_timeout serves the attempts after that one. Null: never asked, and a
  // refusal is final.
  struct UrlRequest {
    std::size_t destination;  // Index into `urls`.
    UrlReason reason;         // Why it is asked for.
  };
  // Takes the app's answer to a UrlRequest; any thread may call it.
  using AnswerUrl = std::function<void(std::string url)>;
  // Asked for new addresses, as above.
  std::function<void(const UrlRequest& request, const AnswerUrl& answer)> refresh_url;

  // Bound of raw pictures before the encoder (Q1). Range [1, 8]. When full the older picture
  // gives way. More smooths a slow encoder and adds a frame time of delay each.
  int raw_pictures = 2;

  // Bound of raw sound before the encoder (Q2). Range [50 ms, 2 s]. When full the oldest
  // block gives way and is counted.
  TimeDelta raw_sound = TimeDelta::Millis(200);

  // Seed of the sessions' random choices (backoff jitter).
  std::uint64_t seed = 1;

  // Where decisions are written; outlives the publisher, and is called from its threads.
  // Null: nowhere.
  TraceSink* trace = nullptr;

  // File that gets every input and answer of the first destination's session, for a replay
  // (others: with ".1", ".2" behind the name). Holds the stream key and all media. Not with
  // addresses of WebRTC. Empty: none.
  std::string record_inputs = {};

  // An app's own encoders (hardware, another library); null: ours (VideoConfig::encoder says
  // which), and FFmpeg's AAC. Called by Create() on its thread, and for video again on onair.video
  // whenever the network asks for another size; the encoder is then used on one thread of the
  // publisher's.
  std::function<Result<std::unique_ptr<VideoEncoder>>(const VideoConfig&)> make_video_encoder;
  std::function<Result<std::unique_ptr<AudioEncoder>>(const AudioConfig&)> make_audio_encoder;

  // Ok, or kInvalidUrl, kUnsupported or kInvalidConfig naming the field.
  [[nodiscard]] Status Validate() const;
};

// Whether silence takes the place of sound.
enum class Mute { kOff = 1, kOn = 2 };

// Takes pictures and sound and goes live with them to every address of its config. thread-safe.
class Publisher {
 public:
  // Called through the executor, one event after another.
  using Listener = std::function<void(const PublishEvent&)>;

  // Opens encoders and the files of `file:` addresses (which empties them), and builds threads;
  // connects to nothing. kCodecOpen, kCodecUnavailable, kFileNotFound, kFileWrite, kDiskFull.
  static Result<std::unique_ptr<Publisher>> Create(const PublisherConfig& config, Executor executor,
                                                   Listener listener);
  ~Publisher();  // Closes.

  // Where media comes from, before Start() or while live. All that a call gives replaces all
  // that the one before gave; a track that is missing goes on as the last picture or as
  // silence. Devices open in the background: one that does not start is told by
  // SourceEndedEvent, and the sources before it go on.
  struct Sources {
    std::vector<std::unique_ptr<MediaSource>> media;  // Paced here.
    std::vector<std::unique_ptr<LiveSource>> live;    // Devices.
    // Devices without which it still goes live; one that does not start is told by
    // SourceSkippedEvent.
    std::vector<std::unique_ptr<LiveSource>> optional;
  };
  // Takes the sources over; those of the call before are stopped. See Sources.
  void SetSources(Sources sources);

  // App-fed media, beside or instead of sources. `captured_at` is runtime::Now() of capture;
  // pts is ignored and made from it.
  void PushVideo(VideoFrame frame);
  // The same for sound, in any format and length; a gap is filled with silence.
  void PushAudio(AudioBlock block);

  // A frame of a track in config.encoded; pictures as NAL units behind 4-byte lengths, checked. Its
  // pts and dts are on a line of the app's, one for both tracks, that keeps its distance from
  // `captured_at` (runtime::Now() of capture); dts rises. `new_track`: how to decode this key frame
  // and what follows, where that changes. kInvalidState without config.encoded; kInvalidConfig
  // naming what is wrong. Let go before the start.
  Status PushEncoded(EncodedFrame frame, const std::optional<VideoTrack>& new_track = std::nullopt);

  // Goes live to every destination. Once; kInvalidState after that and after Stop().
  Status Start();

  // Ends every session and file; PublishStateEvent{kEnded} follows for each destination within
  // 500 ms. A file that the disk has not finished by then is told as kFileWrite, with the number
  // of frames that are missing; its thread still writes them when the disk comes back.
  void Stop();

  // What the destructor does before the object goes, in its 500 ms: stops, waits for the end and
  // ends all threads. For who keeps it where callbacks find it: the last ones still do, and none
  // comes after return. Not from a callback.
  // `before_silence` runs after the last event was handed to the executor and before none is told
  // any more: an executor of the caller's own can be emptied there.
  void Close(const std::function<void()>& before_silence = {});

  // The device has another way to the network, such as cellular instead of Wi-Fi. Live sessions
  // open a second connection and move to it with a key frame; those that wait try at once. Call
  // it once per change, from the system's path monitor.
  //
  // `from`: this device's address on the network to use, until the next call; connections begin
  // there and leave by its interface. Empty leaves both to the system. Where it cannot be used
  // (HandOverFailedEvent, kLocalAddress) a live session keeps its connection; one that is not
  // live goes on without it after one failed attempt. Sessions over WebRTC keep their path until
  // one by another network works: by any without `from`, from there alone with it.
  //
  // `kind`: what the network is now, for PublisherConfig::qos; empty: as before. Another controller
  // or other parameters take over at the rate in force, or at the policy's own; sessions whose
  // inputs are recorded keep theirs.
  void NetworkChanged(std::optional<IpAddress> from = std::nullopt,
                      std::optional<NetworkKind> kind = std::nullopt);

  // Silence instead of sound; the track goes on. Sound that the app codes is not sent meanwhile.
  void SetMuted(Mute mute);

  // Shows `picture` (the last one when empty) and silence instead of the sources until
  // Resume(). Viewers stay connected. Of tracks that the app codes nothing is sent, `picture`
  // neither: the last picture stands, and behind Resume() a key frame is asked for and is the first
  // to go.
  void Pause(std::optional<Picture> picture);
  void Resume();  // Ends Pause(); the sources go on.

  // The most that the encoder may do, for example in a hot phone; from one of the next pictures
  // on. What the network asks for stays below it: the smaller rate, frame rate and size of the
  // two hold, emphases multiply, either may pause. kInvalidConfig for a field outside
  // EncoderTarget's ranges.
  Status SetTarget(const EncoderTarget& target);

  // Effects, from the next picture on; strengths are eased. kInvalidConfig naming the field
  // leaves everything as it was. Without video they do nothing.
  Status SetBeauty(const BeautyConfig& beauty);
  // Null `lut`: none.
  Status SetColourTable(ColourTable table);
  // Laid over all pictures from the next one on; empty: none.
  Status SetWatermark(std::optional<beauty::Watermark> mark);
  // For viewers and recordings alike; faces and regions go with it.
  void SetMirror(beauty::Mirror mirror);
  // Regions of interest beside faces; replaces those of the last call.
  Status SetRegions(std::vector<RoiRegion> regions);

  // Puts a filter of the app's behind beauty and colour table, before the watermark; several run
  // in the order they came. The filter lives on onair.video from then on. kLimit beyond 16,
  // kInvalidState without video.
  Result<FilterId> AddFilter(std::unique_ptr<VideoFilter> filter);
  // Taken out before the next picture; an id that is not in use is ignored.
  void RemoveFilter(FilterId id);

  // A snapshot.
  PublisherStats stats() const;

 private:
  class Core;
  explicit Publisher(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace onair
