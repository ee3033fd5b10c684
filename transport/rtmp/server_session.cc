// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/server_session.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "core/machine/timer_table.h"
#include "transport/flv/tag.h"
#include "transport/rtmp/answers.h"
#include "transport/rtmp/command.h"
#include "transport/rtmp/enhanced.h"
#include "transport/rtmp/handshake.h"
#include "transport/rtmp/media_receiver.h"
#include "transport/rtmp/media_sender.h"
#include "transport/rtmp/message_stream.h"

namespace onair::rtmp {
namespace {

// createStream calls one client may make; each is one publish or play.
constexpr std::uint32_t kMaxStreams = 16;

// publish and play requests of one connection: each one starts a deadline anew, so without a
// bound a client that sends nothing else would hold its place for good. Source: ours; a client
// that stops and starts by hand stays far below.
constexpr int kMaxRequests = 100;

struct NameParts {
  std::string name;
  std::string query;
};

NameParts SplitQuery(const std::string& text) {
  const std::size_t question = text.find('?');
  if (question == std::string::npos) return {text, ""};
  return {text.substr(0, question), text.substr(question + 1)};
}

std::string_view PublishRefusal(ErrorCode code) {
  if (code == ErrorCode::kPublishConflict) return "NetStream.Publish.BadName";
  const bool is_passing = code == ErrorCode::kRtmpUnavailable || code == ErrorCode::kLimit;
  return is_passing ? "NetStream.Failed" : "NetStream.Publish.Denied";
}

std::string_view PlayRefusal(ErrorCode code) {
  return code == ErrorCode::kStreamNotFound ? "NetStream.Play.StreamNotFound"
                                            : "NetStream.Play.Failed";
}

Status CheckRange(TimeDelta value, TimeDelta low, TimeDelta high, const char* field) {
  if (value >= low && value <= high) return {};
  return Fail(ErrorCode::kInvalidConfig, std::string(field) + " is out of range");
}

}  // namespace

Status ServerSessionConfig::Validate() const {
  const TimeDelta one = TimeDelta::Seconds(1);
  const TimeDelta ten_minutes = TimeDelta::Seconds(600);
  if (auto status = CheckRange(setup_timeout, TimeDelta::Millis(500), TimeDelta::Seconds(120),
                               "setup_timeout");
      !status) {
    return status;
  }
  for (const auto& [value, field] :
       {std::pair(publisher_timeout, "publisher_timeout"),
        std::pair(ping_interval, "ping_interval"), std::pair(ping_timeout, "ping_timeout")}) {
    if (auto status = CheckRange(value, one, ten_minutes, field); !status) return status;
  }
  if (chunk_size < 128 || chunk_size > 65536) {
    return Fail(ErrorCode::kInvalidConfig, "chunk_size is out of range");
  }
  if (unsent_limit < DataSize::Kibibytes(64) || unsent_limit > DataSize::Mebibytes(1024)) {
    return Fail(ErrorCode::kInvalidConfig, "unsent_limit is out of range");
  }
  return {};
}

class ServerSession::Core {
 public:
  Core(const ServerSessionConfig& config, Rng rng, Timestamp now)
      : config_(config),
        now_(now),
        handshake_(TimeDelta::PlusInfinity(), rng, now),
        sender_(MediaTo::kPlayer, config.rates) {
    timers_.Set(Timer::kSetup, now + config.setup_timeout);
    messages_.set_limits(kSmallMessages);
  }

  void HandleBytes(ByteView in, Timestamp now) {
    now_ = std::max(now_, now);
    if (answers_.is_over() || in.empty()) return;
    timers_.Stop(Timer::kPong);
    HandleHandshake(in);
    while (!answers_.is_over() && handshake_.Wanted() == 0) {
      auto message = messages_.Next(in);
      if (!message) return End(std::move(message.error()));
      if (!*message) return;
      HandleMessage(**message);
    }
  }

  void HandleUnsent(DataSize unsent, Timestamp now) {
    now_ = std::max(now_, now);
    if (answers_.is_over() || unsent <= config_.unsent_limit) return;
    messages_.outbox().clear();
    End({ErrorCode::kTimeout, "the client does not read"});
  }

  void HandleTimeout(Timestamp now) {
    now_ = std::max(now_, now);
    if (timers_.TakeDue(Timer::kSetup, now_)) {
      return End({ErrorCode::kTimeout, "the client asked for nothing in time"});
    }
    if (timers_.TakeDue(Timer::kPublisher, now_)) {
      return End({ErrorCode::kTimeout, "the publisher went silent"});
    }
    if (timers_.TakeDue(Timer::kPong, now_)) {
      return End({ErrorCode::kTimeout, "the player answers no ping"});
    }
    if (timers_.TakeDue(Timer::kPing, now_)) Ping();
  }

  void AcceptPublish() {
    if (state_ != State::kPublishAsked || answers_.is_over()) return;
    state_ = State::kPublishing;
    messages_.set_limits({});
    messages_.SendUserEvent(UserEvent::kStreamBegin, stream_id_);
    SendStatus("status", "NetStream.Publish.Start", "publishing");
  }

  void RejectPublish(const Error& reason) {
    if (!is_publisher() || answers_.is_over()) return;
    Refuse(PublishRefusal(reason.code), reason);
  }

  void AcceptPlay() {
    if (state_ != State::kPlayAsked || answers_.is_over()) return;
    state_ = State::kPlaying;
    messages_.SendUserEvent(UserEvent::kStreamBegin, stream_id_);
    SendStatus("status", "NetStream.Play.Reset", "resetting");
    SendStatus("status", "NetStream.Play.Start", "playing");
    // Flash players read sound and picture data only after this.
    amf0::Writer access;
    access.Text("|RtmpSampleAccess").Boolean(true).Boolean(true);
    messages_.Send({kDataLane, stream_id_}, MessageType::kDataAmf0, 0, {}, access.view());
  }

  void RejectPlay(const Error& reason) {
    if (state_ != State::kPlayAsked || answers_.is_over()) return;
    Refuse(PlayRefusal(reason.code), reason);
  }

  void SetTracks(const StreamTracks& tracks) { sender_.SetTracks(tracks); }

  void Send(const EncodedFrame& frame) {
    if (state_ != State::kPlaying || answers_.is_over()) return;
    const std::int64_t composition_ms = frame.pts.ms() - frame.dts.ms();
    sender_.Send(frame, {stream_id_, flv::WireTimestamp(frame.dts), composition_ms}, messages_);
  }

  void EndPlay() {
    if (state_ != State::kPlaying || answers_.is_over()) return;
    SendStatus("status", "NetStream.Play.UnpublishNotify", "the publisher ended the stream");
    messages_.SendUserEvent(UserEvent::kStreamEof, stream_id_);
    BecomeIdle();
  }

  // On stream 0: it is the connection's status, not a stream's.
  void RequestReconnect(const std::string& tc_url) {
    if (!can_reconnect_ || answers_.is_over()) return;
    const Bytes body = ReconnectRequestBody(tc_url, "the server is going away");
    messages_.SendCommand({kCommandLane, 0}, body);
  }

  void Close() {
    if (answers_.is_over()) return;
    answers_.DropEvents();
    answers_.End(std::nullopt);
    timers_.StopAll();
  }

  bool can_reconnect() const { return can_reconnect_; }
  std::size_t pending() const { return messages_.pending(); }
  Output<Event> Poll() { return answers_.Poll(messages_.outbox(), timers_.Next()); }

 private:
  enum class State {
    kAwaitConnect = 1,
    kIdle,  // Connected; publishes and plays nothing.
    kPublishAsked,
    kPublishing,
    kPlayAsked,
    kPlaying,
  };
  enum class Timer { kSetup, kPublisher, kPing, kPong };

  bool is_publisher() const {
    return state_ == State::kPublishAsked || state_ == State::kPublishing;
  }
  bool is_player() const { return state_ == State::kPlayAsked || state_ == State::kPlaying; }

  void End(Error error) {
    answers_.End(Closed{std::move(error)});
    timers_.StopAll();
  }

  void HandleHandshake(ByteView& in) {
    const std::size_t count = std::min(in.size(), handshake_.Wanted());
    if (count == 0) return;
    handshake_.HandleBytes(in.first(count), now_);
    in = in.subspan(count);
    for (;;) {
      auto out = handshake_.Poll();
      if (std::holds_alternative<Idle>(out)) return;
      if (auto* transmit = std::get_if<Transmit>(&out)) {
        Bytes& outbox = messages_.outbox();
        outbox.insert(outbox.end(), transmit->bytes.begin(), transmit->bytes.end());
      } else if (auto* event = std::get_if<ServerHandshake::Event>(&out)) {
        auto* failed = std::get_if<ServerHandshake::Failed>(event);
        if (failed != nullptr) return End(std::move(failed->error));
      }
    }
  }

  void Ping() {
    messages_.SendUserEvent(UserEvent::kPingRequest, static_cast<std::uint32_t>(now_.us() / 1000));
    timers_.Set(Timer::kPing, now_ + config_.ping_interval);
    if (!timers_.is_set(Timer::kPong)) timers_.Set(Timer::kPong, now_ + config_.ping_timeout);
  }

  void HandleMessage(const Message& message) {
    switch (static_cast<MessageType>(message.type)) {
      case MessageType::kCommandAmf0:
      case MessageType::kCommandAmf3:
        return HandleCommand(message);
      case MessageType::kAudio:
      case MessageType::kVideo:
      case MessageType::kDataAmf0:
      case MessageType::kDataAmf3:
      case MessageType::kAggregate:
        if (is_publisher()) HandleMedia(message);
        return;
      default:
        return;
    }
  }

  void HandleMedia(const Message& message) {
    const auto type = static_cast<MessageType>(message.type);
    const bool is_script = type == MessageType::kDataAmf0 || type == MessageType::kDataAmf3;
    if (!is_script && !message.payload.empty()) {
      timers_.Set(Timer::kPublisher, now_ + config_.publisher_timeout);
    }
    std::vector<flv::StreamReader::Event> events;
    const Status status = media_.Handle(message, now_, events);
    for (auto& event : events) {
      std::visit([this](auto& one) { answers_.Push(Event(std::move(one))); }, event);
    }
    if (status) return;
    SendStatus("error", "NetStream.Publish.Failed", status.error().detail);
    End(status.error());
  }

  void HandleCommand(const Message& message) {
    const auto command = ParseCommand(message);
    if (!command) return End({ErrorCode::kRtmpProtocol, "a command that is no command"});
    if (command->name == "connect") return HandleConnect(*command);
    if (state_ == State::kAwaitConnect) {
      return End({ErrorCode::kRtmpProtocol, "a command before connect"});
    }
    if (command->name == "createStream") return HandleCreateStream(*command);
    if (command->name == "publish") return HandlePublish(*command, message.stream_id);
    if (command->name == "play") return HandlePlay(*command, message.stream_id);
    const bool is_stop = command->name == "deleteStream" || command->name == "closeStream" ||
                         command->name == "FCUnpublish";
    if (is_stop) return HandleStop();
    // releaseStream, FCPublish, _checkbw, getStreamLength and whatever clients invent.
    if (command->transaction > 0 && !command->name.starts_with('_')) {
      SendCommand(BeginCommand("_result", command->transaction).Undefined());
    }
  }

  void HandleConnect(const Command& command) {
    const amf0::Value* object = command.argument(0);
    const std::string* app = object ? object->FindText("app") : nullptr;
    if (state_ != State::kAwaitConnect || app == nullptr) {
      return End({ErrorCode::kRtmpProtocol, "a connect without an application, or a second one"});
    }
    NameParts parts = SplitQuery(*app);
    while (parts.name.ends_with('/')) parts.name.pop_back();
    app_ = std::move(parts.name);
    app_query_ = std::move(parts.query);
    state_ = State::kIdle;
    can_reconnect_ = SupportsReconnect(command);
    messages_.SendWindowAckSize(kWindowBytes);
    messages_.SendPeerBandwidth(kWindowBytes);
    messages_.SendChunkSize(config_.chunk_size);
    amf0::Writer result;
    result.Text("_result").Number(command.transaction).BeginObject();
    // What Flash Media Server 3 said; clients look for 31.
    result.Key("fmsVer").Text("FMS/3,0,1,123").Key("capabilities").Number(31);
    // Only to who speaks of it: old clients see the answer they know.
    if (SupportOf("hvc1", command) != CodecSupport::kUnsaid) {
      WriteHevcSupport(result, HevcRole::kForwards);
    }
    if (can_reconnect_) WriteReconnectSupport(result);
    result.EndObject();
    result.BeginObject().Key("level").Text("status");
    result.Key("code").Text("NetConnection.Connect.Success");
    result.Key("description").Text("Connection succeeded.");
    result.Key("objectEncoding").Number(0).EndObject();
    SendCommand(result);
  }

  void HandleCreateStream(const Command& command) {
    if (created_ >= kMaxStreams) return End({ErrorCode::kLimit, "too many streams"});
    SendCommand(BeginCommand("_result", command.transaction).Number(++created_));
  }

  void SendCommand(const amf0::Writer& body) {
    messages_.SendCommand({kCommandLane, 0}, body.view());
  }

  // What `publish` and `play` have in common; empty after a protocol error.
  std::optional<NameParts> BeginStream(const Command& command, std::uint32_t stream_id) {
    const std::string* name = command.text(1);
    if (name == nullptr || state_ != State::kIdle) {
      End({ErrorCode::kRtmpProtocol, command.name + " without a name, or a second stream"});
      return std::nullopt;
    }
    if (++requests_ > kMaxRequests) {
      End({ErrorCode::kLimit, "too many requests to publish or play"});
      return std::nullopt;
    }
    // 0 is the connection's own; some clients forget the stream's.
    stream_id_ = stream_id == 0 ? 1 : stream_id;
    timers_.StopAll();
    NameParts parts = SplitQuery(*name);
    if (parts.query.empty()) parts.query = app_query_;
    return parts;
  }

  void HandlePublish(const Command& command, std::uint32_t stream_id) {
    auto parts = BeginStream(command, stream_id);
    if (!parts) return;
    state_ = State::kPublishAsked;
    media_ = MediaReceiver();
    timers_.Set(Timer::kPublisher, now_ + config_.publisher_timeout);
    answers_.Push(PublishRequested{app_, std::move(parts->name), std::move(parts->query)});
  }

  void HandlePlay(const Command& command, std::uint32_t stream_id) {
    auto parts = BeginStream(command, stream_id);
    if (!parts) return;
    state_ = State::kPlayAsked;
    timers_.Set(Timer::kPing, now_ + config_.ping_interval);
    answers_.Push(PlayRequested{app_, std::move(parts->name), std::move(parts->query)});
  }

  void HandleStop() {
    if (!is_publisher() && !is_player()) return;
    if (is_publisher()) SendStatus("status", "NetStream.Unpublish.Success", "stopped");
    BecomeIdle();
    answers_.Push(StreamStopped{});
  }

  void BecomeIdle() {
    state_ = State::kIdle;
    messages_.set_limits(kSmallMessages);
    timers_.StopAll();
    timers_.Set(Timer::kSetup, now_ + config_.setup_timeout);
  }

  void Refuse(std::string_view code, const Error& reason) {
    SendStatus("error", code, reason.detail);
    answers_.DropEvents();
    End(reason);
  }

  void SendStatus(std::string_view level, std::string_view code, std::string_view description) {
    messages_.SendCommand({kStreamLane, stream_id_}, StatusBody(level, code, description));
  }

  ServerSessionConfig config_;
  Timestamp now_;
  ServerHandshake handshake_;
  MessageStream messages_;
  Answers<Event> answers_;
  TimerTable<Timer, 4> timers_{{"rtmp.setup", "rtmp.publisher", "rtmp.ping", "rtmp.pong"}};
  State state_ = State::kAwaitConnect;
  std::string app_;
  std::string app_query_;
  std::uint32_t created_ = 0;
  int requests_ = 0;
  bool can_reconnect_ = false;
  std::uint32_t stream_id_ = 1;
  MediaReceiver media_;
  MediaSender sender_;
};

ServerSession::ServerSession(const ServerSessionConfig& config, Rng rng, Timestamp now)
    : core_(std::make_unique<Core>(config, rng, now)) {}
ServerSession::~ServerSession() = default;
ServerSession::ServerSession(ServerSession&&) noexcept = default;
ServerSession& ServerSession::operator=(ServerSession&&) noexcept = default;

void ServerSession::HandleBytes(ByteView in, Timestamp now) {
  core_->HandleBytes(in, now);
}
void ServerSession::HandleUnsent(DataSize unsent, Timestamp now) {
  core_->HandleUnsent(unsent, now);
}
void ServerSession::HandleTimeout(Timestamp now) {
  core_->HandleTimeout(now);
}
void ServerSession::AcceptPublish(Timestamp) {
  core_->AcceptPublish();
}
void ServerSession::RejectPublish(const Error& reason, Timestamp) {
  core_->RejectPublish(reason);
}
void ServerSession::AcceptPlay(Timestamp) {
  core_->AcceptPlay();
}
void ServerSession::RejectPlay(const Error& reason, Timestamp) {
  core_->RejectPlay(reason);
}
void ServerSession::SetTracks(const StreamTracks& tracks, Timestamp) {
  core_->SetTracks(tracks);
}
void ServerSession::Send(const EncodedFrame& frame, Timestamp) {
  core_->Send(frame);
}
void ServerSession::EndPlay(Timestamp) {
  core_->EndPlay();
}
void ServerSession::RequestReconnect(const std::string& tc_url, Timestamp) {
  core_->RequestReconnect(tc_url);
}
void ServerSession::Close(Timestamp) {
  core_->Close();
}
bool ServerSession::can_reconnect() const {
  return core_->can_reconnect();
}
DataSize ServerSession::pending() const {
  return DataSize::Bytes(static_cast<std::int64_t>(core_->pending()));
}
Output<ServerSession::Event> ServerSession::Poll() {
  return core_->Poll();
}

}  // namespace onair::rtmp
