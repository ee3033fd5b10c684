// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/publish_client.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "core/machine/timer_table.h"
#include "transport/flv/amf0.h"
#include "transport/rtmp/answers.h"
#include "transport/rtmp/client_link.h"
#include "transport/rtmp/command.h"
#include "transport/rtmp/enhanced.h"
#include "transport/rtmp/media_sender.h"

namespace onair::rtmp {
namespace {

constexpr double kConnect = 1;
constexpr double kReleaseStream = 2;
constexpr double kFcPublish = 3;
constexpr double kCreateStream = 4;
constexpr double kPublish = 5;
constexpr double kFcUnpublish = 6;
constexpr double kDeleteStream = 7;

// Positions of a session on the wire: from its first frame, never back within a track.
class WireClock {
 public:
  void BeginAt(MediaTime origin) { origin_ = origin; }
  std::int64_t At(const EncodedFrame& frame) {
    if (!origin_) origin_ = frame.dts;
    std::int64_t& last = frame.track() == TrackKind::kAudio ? last_audio_ms_ : last_video_ms_;
    last = std::max(last, (frame.dts - *origin_).ms());
    return last;
  }
  // pts - dts, against the position that was written for dts.
  std::int64_t Composition(const EncodedFrame& frame, std::int64_t wire_ms) const {
    return (frame.pts - *origin_).ms() - wire_ms;
  }

 private:
  std::optional<MediaTime> origin_;
  std::int64_t last_audio_ms_ = 0;
  std::int64_t last_video_ms_ = 0;
};

// "The server could not", as against "you may not". Source: ActionScript 3.0 reference,
// NetStatusEvent, the values of info.code.
bool IsPassing(std::string_view status) {
  return status == "NetStream.Failed" || status == "NetStream.Publish.Failed" ||
         status == "NetConnection.Connect.Failed" || status == "NetConnection.Connect.AppShutdown";
}

// What a refused publisher is told by its status code: somebody else publishes, the server is
// full or broken just now, or it does not want this key.
ErrorCode CodeOf(std::string_view status) {
  const bool is_conflict = status == "NetStream.Publish.BadName" ||
                           status.find("AlreadyPublish") != std::string_view::npos;
  if (is_conflict) return ErrorCode::kPublishConflict;
  return IsPassing(status) ? ErrorCode::kRtmpUnavailable : ErrorCode::kPublishRejected;
}

ErrorCode ConnectionCodeOf(std::string_view status) {
  return IsPassing(status) ? ErrorCode::kRtmpUnavailable : ErrorCode::kRtmpRejected;
}

bool IsRefusal(std::string_view status) {
  return status == "NetStream.Publish.BadName" || status == "NetStream.Publish.Denied" ||
         status == "NetStream.Publish.Rejected" || status == "NetConnection.Connect.Rejected";
}

// Servers that say nothing of codecs are mostly older than such words, or relay whatever comes;
// of those that read, more know "hvc1" than codec id 12.
flv::HevcForm FormOf(HevcSignalling wanted, CodecSupport support) {
  if (wanted == HevcSignalling::kLegacy12) return flv::HevcForm::kLegacy12;
  const bool is_unknown_to_it =
      wanted == HevcSignalling::kByServer && support == CodecSupport::kNotNamed;
  return is_unknown_to_it ? flv::HevcForm::kLegacy12 : flv::HevcForm::kEnhanced;
}

}  // namespace

Status PublishClientConfig::Validate() const {
  if (step_timeout < TimeDelta::Millis(100) || step_timeout > TimeDelta::Seconds(60)) {
    return Fail(ErrorCode::kInvalidConfig, "step_timeout is outside [0.1 s, 60 s]");
  }
  if (chunk_size < 128 || chunk_size > 65536) {
    return Fail(ErrorCode::kInvalidConfig, "chunk_size is outside [128, 65536]");
  }
  return {};
}

class PublishClient::Core {
 public:
  Core(const RtmpUrl& url, const PublishClientConfig& config, Rng rng, TraceSink& trace,
       Timestamp now)
      : url_(url),
        config_(config),
        rng_(rng),
        trace_(trace),
        now_(now),
        link_(HandshakeStart::kPatient, rng_, now),
        media_(MediaTo::kServer, config.rates) {
    media_.SetHevcForm(FormOf(config.hevc, CodecSupport::kUnsaid));
    Step("the RTMP handshake");
  }

  void HandleBytes(ByteView in, Timestamp now) {
    now_ = std::max(now_, now);
    while (!answers_.is_over()) {
      auto message = link_.Next(in, now_);
      if (!message) return End(std::move(message.error()));
      if (link_.TakeAnswered()) SendStart();
      if (*message) {
        HandleMessage(**message);
      } else if (in.empty()) {
        return;
      }
    }
  }

  void HandleTimeout(Timestamp now) {
    now_ = std::max(now_, now);
    if (!timers_.TakeDue(Timer::kStep, now_)) return;
    End({ErrorCode::kTimeout, std::string("no answer to ") + step_});
  }

  void SetTracks(const StreamTracks& tracks) { media_.SetTracks(tracks); }
  void ContinueLine(MediaTime start) { clock_.BeginAt(start); }

  void Send(const EncodedFrame& frame) {
    if (state_ != State::kLive || answers_.is_over()) return;
    const std::int64_t wire_ms = clock_.At(frame);
    media_.Send(frame, {stream_id_, wire_ms, clock_.Composition(frame, wire_ms)}, messages());
  }

  void Close() {
    if (answers_.is_over()) return;
    if (state_ == State::kPublishing || state_ == State::kLive) {
      amf0::Writer unpublish = BeginCommand("FCUnpublish", kFcUnpublish);
      Command(unpublish.Text(url_.stream_key));
      amf0::Writer remove = BeginCommand("deleteStream", kDeleteStream);
      Command(remove.Number(stream_id_));
    } else {
      messages().outbox().clear();
    }
    answers_.DropEvents();
    answers_.End(std::nullopt);
    timers_.StopAll();
  }

  Output<Event> Poll() { return answers_.Poll(messages().outbox(), timers_.Next()); }

 private:
  enum class State { kConnecting = 1, kPublishing, kLive };
  enum class Timer { kStep };

  MessageStream& messages() { return link_.messages(); }

  void Step(const char* name) {
    step_ = name;
    timers_.Set(Timer::kStep, now_ + config_.step_timeout);
  }

  void End(Error error) {
    trace_.Decision(now_, "rtmp.publish", "closed", Describe(error.code).name);
    answers_.End(Closed{std::move(error)});
    timers_.StopAll();
  }

  void Command(const amf0::Writer& body) { messages().SendCommand({kCommandLane, 0}, body.view()); }

  // One flight: nothing here needs the answer to what stands before it.
  void SendStart() {
    trace_.Decision(now_, "rtmp.publish", "handshake_ok", "");
    messages().SendChunkSize(config_.chunk_size);
    amf0::Writer connect;
    connect.Text("connect").Number(kConnect).BeginObject();
    connect.Key("app").Text(url_.app).Key("type").Text("nonprivate");
    connect.Key("flashVer").Text(config_.flash_version);
    connect.Key("tcUrl").Text(url_.tc_url);
    WriteReconnectSupport(connect);
    if (config_.video == VideoCodec::kH265) WriteHevcSupport(connect, HevcRole::kEncodes);
    connect.EndObject();
    Command(connect);
    amf0::Writer release = BeginCommand("releaseStream", kReleaseStream);
    Command(release.Text(url_.stream_key));
    amf0::Writer announce = BeginCommand("FCPublish", kFcPublish);
    Command(announce.Text(url_.stream_key));
    Command(BeginCommand("createStream", kCreateStream));
    Step("connect");
  }

  void SendPublish() {
    amf0::Writer publish = BeginCommand("publish", kPublish);
    publish.Text(url_.stream_key).Text("live");
    messages().SendCommand({kStreamLane, stream_id_}, publish.view());
    state_ = State::kPublishing;
    Step("publish");
  }

  void HandleMessage(const Message& message) {
    const auto type = static_cast<MessageType>(message.type);
    if (type != MessageType::kCommandAmf0 && type != MessageType::kCommandAmf3) return;
    const auto command = ParseCommand(message);
    if (!command) return End({ErrorCode::kRtmpProtocol, "a command that is no command"});
    if (command->name == "_result") return HandleResult(*command);
    if (command->name == "_error") return HandleError(*command);
    if (command->name == "onStatus") return HandleStatus(ParseStatus(*command));
    if (command->name == "close") End({ErrorCode::kConnectionLost, "the server said close"});
  }

  void HandleResult(const rtmp::Command& command) {
    if (command.transaction == kConnect && state_ == State::kConnecting) {
      trace_.Decision(now_, "rtmp.publish", "connect_ok", "");
      media_.SetHevcForm(FormOf(config_.hevc, SupportOf("hvc1", command)));
      Step("createStream");
    }
    if (command.transaction != kCreateStream || state_ != State::kConnecting) return;
    const amf0::Value* id = command.argument(1);
    const double number = id ? id->number().value_or(0) : 0;
    if (!(number >= 1 && number <= 0xffffffffU)) {
      return End({ErrorCode::kRtmpProtocol, "createStream gave no stream id"});
    }
    stream_id_ = static_cast<std::uint32_t>(number);
    trace_.Decision(now_, "rtmp.publish", "create_ok", "");
    SendPublish();
  }

  // The rest may fail: many servers do not know releaseStream and FCPublish.
  void HandleError(const rtmp::Command& command) {
    const StatusInfo status = ParseStatus(command);
    if (MoveIfTold(status)) return;
    if (command.transaction == kPublish) return Refuse(status, CodeOf(status.code));
    if (command.transaction == kConnect || command.transaction == kCreateStream) {
      Refuse(status, ConnectionCodeOf(status.code));
    }
  }

  bool MoveIfTold(const StatusInfo& status) {
    if (status.redirect.empty() || state_ == State::kLive) return false;
    auto target = RedirectTarget(status.redirect, url_);
    if (!target) {
      End(std::move(target.error()));
      return true;
    }
    trace_.Decision(now_, "rtmp.publish", "moved", "");
    answers_.End(Moved{std::move(*target)});
    timers_.StopAll();
    return true;
  }

  // Who was let in before is refused only by a word that says so; other errors pass.
  void Refuse(const StatusInfo& status, ErrorCode code) {
    const bool is_lost = state_ == State::kLive && !IsRefusal(status.code);
    End({is_lost ? ErrorCode::kConnectionLost : code, Words(status)});
  }

  // An address that cannot be followed is no reason to leave: the server may be asked again
  // when it has gone.
  void HandleReconnectRequest(const StatusInfo& status) {
    if (std::exchange(is_asked_to_leave_, true)) return;
    std::string url;
    if (!status.tc_url.empty()) {
      auto target = ReconnectTarget(status.tc_url, url_);
      if (!target) return trace_.Decision(now_, "rtmp.publish", "reconnect_ignored", "bad tcUrl");
      url = std::move(*target);
    }
    trace_.Decision(now_, "rtmp.publish", "reconnect_requested", url.empty() ? "" : "elsewhere");
    if (state_ == State::kLive) return answers_.Push(ReconnectRequested{std::move(url)});
    if (url.empty()) return;
    answers_.End(Moved{std::move(url)});
    timers_.StopAll();
  }

  void HandleStatus(const StatusInfo& status) {
    if (MoveIfTold(status)) return;
    if (status.code == kReconnectRequest) return HandleReconnectRequest(status);
    if (status.code == "NetStream.Publish.Start") {
      if (state_ != State::kPublishing) return;
      state_ = State::kLive;
      timers_.Stop(Timer::kStep);
      trace_.Decision(now_, "rtmp.publish", "publish_ok", "");
      return answers_.Push(Ready{});
    }
    if (status.code.starts_with("NetConnection.Connect.") && status.is_error) {
      return Refuse(status, ConnectionCodeOf(status.code));
    }
    // Of what was sent, not of who sent it: a new connection begins anew.
    if (state_ == State::kLive && status.code == "NetStream.Publish.Failed") {
      return End({ErrorCode::kRtmpProtocol, Words(status)});
    }
    if (status.is_error || IsRefusal(status.code)) Refuse(status, CodeOf(status.code));
  }

  RtmpUrl url_;
  PublishClientConfig config_;
  Rng rng_;
  TraceSink& trace_;
  Timestamp now_;
  ClientLink link_;
  Answers<Event> answers_;
  TimerTable<Timer, 1> timers_{{"rtmp.step"}};
  const char* step_ = "";
  State state_ = State::kConnecting;
  std::uint32_t stream_id_ = 0;
  bool is_asked_to_leave_ = false;
  MediaSender media_;
  WireClock clock_;
};

PublishClient::PublishClient(const RtmpUrl& url, const PublishClientConfig& config, Rng rng,
                             TraceSink& trace, Timestamp now)
    : core_(std::make_unique<Core>(url, config, rng, trace, now)) {}
PublishClient::~PublishClient() = default;

void PublishClient::HandleBytes(ByteView in, Timestamp now) {
  core_->HandleBytes(in, now);
}
void PublishClient::HandleUnsent(DataSize, Timestamp) {}
void PublishClient::HandleTimeout(Timestamp now) {
  core_->HandleTimeout(now);
}
void PublishClient::SetTracks(const StreamTracks& tracks, Timestamp) {
  core_->SetTracks(tracks);
}
void PublishClient::ContinueLine(MediaTime start) {
  core_->ContinueLine(start);
}
void PublishClient::Send(const EncodedFrame& frame, Timestamp) {
  core_->Send(frame);
}
void PublishClient::Close(Timestamp) {
  core_->Close();
}
Output<PublishClient::Event> PublishClient::Poll() {
  return core_->Poll();
}

}  // namespace onair::rtmp
