// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "core/api/realtime_transport.h"
#include "core/session/play.h"
#include "core/session/play_progress.h"
#include "platform/runtime/byte_stream.h"
#include "platform/runtime/loop.h"
#include "platform/sdk/media_place.h"
#include "platform/sdk/player.h"

namespace onair {

// A player's session with its driver, over whatever the address means. All on the net loop's
// thread, except construction and, once the loop is stopped, destruction.
class PlaySession {
 public:
  // Only of files and playlists (media_session.h).
  // How pictures look that come from now on. `stamps`: kPast ones say when a file was made and
  // nothing of its delay.
  enum class Stamps { kNow = 1, kPast = 2 };
  struct PictureForm {
    Rotation rotation;  // That makes them upright.
    Stamps stamps;
  };
  // Behind a flush: what is decoded before `place` is not shown, the first picture after that is
  // shown at once, and said by HandlePicture().
  struct ShowFrom {
    MediaTime place;
  };
  // No frame follows: what the decoder holds back comes out.
  struct Drain {};
  struct Sought {
    TimeDelta position;
    std::optional<Error> error;
  };

  using Event = std::variant<session::Play::TracksChanged, session::Play::DecodeFrame,
                             session::Play::LineChanged, session::Play::FlushDecoders,
                             session::Play::HidePictures, session::Play::StateChanged,
                             session::Play::KeyFrameHeld, session::Play::FrameArrived, PictureForm,
                             ShowFrom, Drain, Sought>;
  // callback; may call everything here but the destructor.
  using Handler = std::function<void(Event&&)>;

  virtual ~PlaySession() = default;

  // What these mean stands at session::Play.
  virtual void Start() = 0;
  // Of live streams; files neither take over nor are taken over.
  virtual void StartBeside() {}
  // Not from inside a handler.
  virtual std::unique_ptr<session::PlayProgress> GiveUp() { return nullptr; }
  virtual void TakeOver(std::unique_ptr<session::PlayProgress> /*progress*/,
                        session::HeldMedia /*media*/) {}
  // It leaves or has ended, told or not: it takes nothing over any more.
  virtual bool is_over() const { return false; }
  virtual void SetLeastDelay(TimeDelta /*least*/) {}
  // Over TCP: no more than this on the way at any time; zero: as the system likes.
  virtual void LimitReceiveWindow(DataSize /*limit*/) {}
  // Of servers that can be asked.
  virtual void RequestKeyFrame() {}
  virtual session::PlayoutPosition position() const { return {}; }  // Now.
  // Over datagrams, while media comes.
  virtual std::optional<RealtimeTransport::Arrivals> arrivals() const { return std::nullopt; }
  // Over TCP only; elsewhere nothing is prepared.
  virtual void Prepare(PreloadTier /*depth*/, DataSize /*gop_size*/) {}
  virtual PreloadTier ready() const { return PreloadTier::kNone; }
  virtual DataSize held() const { return DataSize::Zero(); }
  // From the next event on; also from inside a handler.
  virtual void SetHandler(Handler on_event) = 0;
  virtual void HandleDecodeFailed() = 0;
  virtual void HandlePicture() {}
  virtual void Pause() {}
  virtual void Resume() {}
  virtual void Seek(TimeDelta /*position*/) {}
  virtual void SetRepeat(Repeat /*repeat*/) {}
  virtual MediaPlace place() const { return {}; }
  virtual void HandleAudioLead(TimeDelta lead) = 0;
  virtual void HandleNetworkChanged(const std::optional<IpAddress>& from) = 0;
  // Says goodbye within `flush_within`; `on_stopped` runs once, maybe at once.
  virtual void Stop(TimeDelta flush_within, std::function<void()> on_stopped) = 0;
  virtual PlaySessionStats stats() const = 0;
  virtual runtime::ByteStreamStats stream_stats() const = 0;  // Of the present byte stream.
};

// Whether it names something this build can play. kInvalidUrl, kUnsupported.
Status CheckPlayable(const std::string& url);

// Whether its session can be prepared: the same, and over TCP.
Status CheckPreloadable(const std::string& url);

// Paths, file: and http(s)://….m3u8 by media_session.h; http(s)://….flv and rtmp(s):// over TCP;
// rts:// and its kin (transport/webrtc/rts_url.h) over WebRTC. kInvalidUrl, kUnsupported.
// `config.trace` is read in `trace`; it and `loop` outlive the session.
Result<std::unique_ptr<PlaySession>> MakePlaySession(runtime::Loop& loop,
                                                     const PlayerConfig& config, TraceSink& trace,
                                                     PlaySession::Handler on_event);

}  // namespace onair
