// SPDX-License-Identifier: Apache-2.0
//
// The player: an address in, pictures and sound out.
//
//   auto player = Player::Create(config, executor, on_event);   // refused config: Error
//   player->SetAudioOutput(devices::CreateSdlAudioOutput());
//   player->Start();                                            // returns at once
//   ... display asks player->pictures().TakePicture(refresh time) ...
//   player->Stop();                                             // returns at once; kEnded follows
//
// Threads: every method may be called from any thread and none blocks, except Close() and the
// destructor (<= 500 ms, whatever network and sound device do). Events arrive on the executor that
// the app gave.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/api/codec_ports.h"
#include "core/api/events.h"
#include "core/api/fallback_config.h"
#include "core/api/play_config.h"
#include "core/api/quality_config.h"
#include "core/api/render_ports.h"
#include "core/machine/ip_address.h"
#include "core/machine/trace.h"
#include "platform/sdk/executor.h"
#include "platform/sdk/ice_server.h"
#include "platform/sdk/media_place.h"
#include "platform/sdk/name_service.h"
#include "platform/sdk/player_stats.h"
#include "platform/sdk/tls_config.h"

namespace onair {

class PreloadPool;

// Whether a WebRTC stream that does not come is played over another protocol meanwhile.
enum class FallbackUse {
  kAutomatic = 1,  // Where an address of it is known.
  kNever = 2,      // It stays with WebRTC, and tries again.
};

// One of the qualities of a live stream.
struct PlayQuality {
  std::string url;        // As PlayerConfig::url.
  DataRate rate;          // Of pictures and sound together, as its encoder is set.
  PictureSize size = {};  // For the app's own menu.
};

// What a player plays and how. Read once, by Player::Create(), which validates it.
struct PlayerConfig {
  // http(s)://host/app/stream.flv, rtmp(s)://host/app/stream; WebRTC by rts://host/app/stream,
  // whep+http(s)://.., artc:// or webrtc:// (transport/webrtc/rts_url.h). Files by their path or
  // file:PATH (MP4, FLV, Matroska, MPEG-TS with H.264, H.265, AAC, Opus), HLS by a path or
  // http(s)://.. that ends in .m3u8, live or not.
  std::string url;

  // Authorization of WHEP. A secret. Empty: none.
  std::string bearer_token = {};

  // For WebRTC. At most 4 of STUN and 4 of TURN are asked.
  std::vector<IceServer> ice_servers = {};

  // For a WebRTC address: the same stream over HTTP-FLV or RTMP. Empty: as servers have it by habit
  // (fallback_url.h).
  std::string fallback_url = {};
  FallbackUse fallback_use = FallbackUse::kAutomatic;
  FallbackConfig fallback = {};

  // The qualities of a live stream, the rates ascending, `url` among them; at most 16. The player
  // goes to what the network carries (SwitchEvent, SwitchCause::kBandwidth), until the app pins
  // one. Empty: what `url` has.
  std::vector<PlayQuality> qualities = {};
  QualityMode quality_mode = QualityMode::kAutomatic;
  QualityConfig quality = {};

  PlaySessionConfig session = {};  // Delay, time-outs and reconnects.
  TlsConfig tls = {};              // Of https, rtmps and WHEP.

  // Where host names are asked for; one for all players keeps their answers. Null: the system,
  // each time.
  std::shared_ptr<NameService> names = nullptr;

  // Rooms made ready ahead (preload_pool.h). Where it has this address, the player takes it over as
  // it is, with the pool's settings for session, tls, names and seed. Null: none.
  std::shared_ptr<PreloadPool> preload = nullptr;

  // Decoder threads. Range [1, 16]. More decodes large pictures sooner for more memory.
  int decode_threads = 1;

  // An app's own decoder (hardware, another library); null: FFmpeg's. Called by Player::Create() on
  // its thread; the decoder is then used on onair.decode. Where its Configure() says
  // kCodecUnavailable, also of a quality or a fallback that plays by now, the player ends with
  // that; after another error it goes on without pictures and asks again at each key frame. Rooms
  // made ready ahead show FFmpeg's picture first.
  std::function<Result<std::unique_ptr<VideoDecoder>>()> make_video_decoder = {};

  // Seed of the session's random choices (backoff jitter). Runs with one seed choose alike.
  std::uint64_t seed = 1;

  // Where decisions are written; outlives the player, and is called from its threads. Null:
  // nowhere.
  TraceSink* trace = nullptr;

  // Ok, or kInvalidUrl, kUnsupported or kInvalidConfig naming the field.
  [[nodiscard]] Status Validate() const;
};

// Plays one address, or one of several qualities, into a display and a speaker. thread-safe.
class Player {
 public:
  // Called through the executor, one event after another.
  using Listener = std::function<void(const PlayEvent&)>;

  // Builds threads and decoders; opens nothing. `listener` is called through `executor` until
  // the destructor returns; an event that waits in the executor longer than that is dropped.
  static Result<std::unique_ptr<Player>> Create(const PlayerConfig& config, Executor executor,
                                                Listener listener);
  ~Player();  // Closes.

  // Where sound goes; before Start(). Without one, sound is decoded and dropped.
  void SetAudioOutput(std::unique_ptr<AudioOutput> output);

  // Called on a thread of the player's whenever a picture came in, so that a display that
  // waits for its first one can wake at once; before Start(). Must return at once.
  void SetPictureReady(std::function<void()> on_ready);

  // Begins to open the address. Once; kInvalidState after that and after Stop().
  Status Start();

  // Ends the session; PlayStateEvent{kEnded} without error follows.
  void Stop();

  // What the destructor does before the object goes, in its 500 ms: stops, waits for the end and
  // ends all threads. For who keeps it where callbacks find it: the last ones still do, and none
  // comes after return. Not from a callback.
  // `before_silence` runs after the last event was handed to the executor and before none is told
  // any more: an executor of the caller's own can be emptied there.
  void Close(const std::function<void()>& before_silence = {});

  // The device has another way to the network, such as cellular instead of Wi-Fi: the player
  // connects anew at once, and shows what it has meanwhile. `from` as in
  // Publisher::NetworkChanged(). Call it when the network in use goes, from the system's path
  // monitor: a connection that works is given up as well. Over WebRTC it goes on until a path works
  // by another network, from `from` alone where that is given.
  void NetworkChanged(std::optional<IpAddress> from = std::nullopt);

  // Plays another address of the same stream, such as another quality of it: it is opened beside
  // the present one and takes over at a key frame, without a frame lost or shown twice and without
  // a gap in sound where both are of one clock or stamped by our publisher. SwitchEvents say how it
  // went; where it fails the present one goes on. A later call replaces an earlier one.
  // One of PlayerConfig::qualities is pinned by that as by PinQuality().
  // kInvalidUrl; kUnsupported, also for files and playlists; kInvalidState before Start().
  Status SwitchTo(const std::string& url);

  // This one of PlayerConfig::qualities, whatever the network carries. kInvalidConfig for an index
  // that it has not; kInvalidState before Start().
  Status PinQuality(std::size_t index);
  // The player chooses among them again. kInvalidConfig without any; kInvalidState before Start().
  Status ChooseQuality();

  // What the display shows. Valid as long as the player.
  PictureSource& pictures();

  // Another display takes over while playing (picture in picture): from now on it alone gets
  // pictures, first of all the one that stands on the display before, at once; that one keeps
  // what it shows. Not to be asked once the player is gone.
  std::shared_ptr<PictureSource> HandOverPictures();

  // Of files and HLS; kUnsupported for all else. Between Pause() and Resume() the picture stands
  // (PlayState::kPaused); a live list goes on where it stood as long as its server has that.
  Status Pause();
  Status Resume();  // Ends Pause(), likewise.
  // The picture of `position`, from the beginning, clamped to the duration: decoded from the key
  // frame before, shown at once, paused or not. SeekedEvent follows, with kUnsupported for a live
  // list; of several in a row the last one alone. Also after the end.
  Status Seek(TimeDelta position);
  // kForever: the beginning follows the end without a gap.
  Status SetRepeat(Repeat repeat);

  // Linear gain, clamped to [0, 1]; eased over 20 ms.
  void SetVolume(double gain);
  // Silence, eased as well, without forgetting the volume.
  void Mute();
  void Unmute();  // Back to the volume.

  // The picture on the display as a PNG file; SnapshotEvent follows, kInvalidState before the
  // first picture.
  void TakeSnapshot(const std::string& path);
  // The same without a file; empty before the first.
  std::optional<VideoFrame> shown_picture() const;

  // Writes what is played to a .flv, .mp4 or .m3u8 from the next key frame on, without coding it
  // anew; RecordingEvents tell the rest. Pauses, seeks, loops and a live stream whose times begin
  // anew leave no hole in it. What is late, lost or not sent is missing in it as it was in play,
  // and the time of it stays: session.jumps, .frames_dropped and publishers who are away for a
  // while. Where the stream changes its size or codec the next part begins: clip.mp4, clip-2.mp4.
  // kInvalidState while one is under way, kUnsupported for another ending.
  Status StartRecording(const std::string& path);
  // Closes the file; the player's end does so too and waits up to 200 ms for the disk.
  void StopRecording();

  PlayerStats stats() const;  // A snapshot.

 private:
  class Core;
  explicit Player(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace onair
