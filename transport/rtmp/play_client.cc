// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/play_client.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/byte_reader.h"
#include "core/machine/timer_table.h"
#include "transport/flv/amf0.h"
#include "transport/rtmp/answers.h"
#include "transport/rtmp/client_link.h"
#include "transport/rtmp/command.h"
#include "transport/rtmp/enhanced.h"
#include "transport/rtmp/media_receiver.h"

namespace onair::rtmp {
namespace {

constexpr double kConnect = 1;
constexpr double kCreateStream = 2;
constexpr double kPlay = 3;
constexpr double kDeleteStream = 4;
constexpr double kPlayAgain = 5;  // On the right stream after a wrong guess.

// Every server seen numbers a connection's streams from here.
constexpr std::uint32_t kGuessedStreamId = 1;

// `play` start: live, else recorded. Source: librtmp and FFmpeg, which write milliseconds.
constexpr double kStartLiveOrRecorded = -2000;

constexpr std::string_view kComplete = "NetStream.Play.Complete";

HandshakeStart HandshakeOf(PlayStart start) {
  return start == PlayStart::kPipelined ? HandshakeStart::kEager : HandshakeStart::kPatient;
}

}  // namespace

Status PlayClientConfig::Validate() const {
  if (step_timeout < TimeDelta::Millis(100) || step_timeout > TimeDelta::Seconds(60)) {
    return Fail(ErrorCode::kInvalidConfig, "step_timeout is outside [0.1 s, 60 s]");
  }
  if (buffer_length < TimeDelta::Zero() || buffer_length > TimeDelta::Seconds(60)) {
    return Fail(ErrorCode::kInvalidConfig, "buffer_length is outside [0 s, 60 s]");
  }
  return {};
}

class PlayClient::Core {
 public:
  Core(const RtmpUrl& url, const PlayClientConfig& config, Rng rng, TraceSink& trace, Timestamp now)
      : url_(url),
        config_(config),
        rng_(rng),
        trace_(trace),
        now_(now),
        link_(HandshakeOf(config.start), rng_, now) {
    if (is_pipelined()) {
      SendConnect();
      SendCreateStream();
      SendPlay(kPlay);
    }
    Step("the RTMP handshake");
  }

  void HandleBytes(ByteView in, Timestamp now) {
    now_ = std::max(now_, now);
    while (!answers_.is_over()) {
      auto message = link_.Next(in, now_);
      if (!message) return End(std::move(message.error()));
      if (link_.TakeAnswered()) HandleAnswered();
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

  void HandleEnd(Timestamp now) {
    now_ = std::max(now_, now);
    if (answers_.is_over()) return;
    // RTMP has words for the end of a stream: closing without them is a server that died.
    if (has_left_) return End({ErrorCode::kPeerClosed, "after the publisher left"});
    if (is_accepted_) return End({ErrorCode::kPeerClosed, "without the end of the stream"});
    End({ErrorCode::kPeerClosed, std::string("instead of an answer to ") + step_});
  }

  void Close() {
    if (answers_.is_over()) return;
    if (is_accepted_) {
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
  enum class Timer { kStep };

  bool is_pipelined() const { return config_.start == PlayStart::kPipelined; }
  MessageStream& messages() { return link_.messages(); }

  void Step(const char* name) {
    step_ = name;
    timers_.Set(Timer::kStep, now_ + config_.step_timeout);
  }

  void End(Error error) {
    trace_.Decision(now_, "rtmp.play", "closed", Describe(error.code).name);
    answers_.End(Closed{std::move(error)});
    timers_.StopAll();
  }

  void Command(const amf0::Writer& body) { messages().SendCommand({kCommandLane, 0}, body.view()); }

  void SendConnect() {
    messages().SendWindowAckSize(kWindowBytes);
    amf0::Writer connect;
    connect.Text("connect").Number(kConnect).BeginObject();
    connect.Key("app").Text(url_.app).Key("flashVer").Text(config_.flash_version);
    connect.Key("tcUrl").Text(url_.tc_url).Key("fpad").Boolean(false);
    // Capability masks as librtmp sends them; some servers close without.
    connect.Key("capabilities").Number(15).Key("audioCodecs").Number(4071);
    connect.Key("videoCodecs").Number(252).Key("videoFunction").Number(1);
    WriteReconnectSupport(connect);
    WriteHevcSupport(connect, HevcRole::kDecodes);
    connect.EndObject();
    Command(connect);
  }

  void SendCreateStream() { Command(BeginCommand("createStream", kCreateStream)); }

  void SendPlay(double transaction) {
    amf0::Writer play = BeginCommand("play", transaction);
    play.Text(url_.stream_key).Number(kStartLiveOrRecorded);
    messages().SendCommand({kStreamLane, stream_id_}, play.view());
    const std::int64_t buffer_ms = config_.buffer_length.ms();
    messages().SendBufferLength(stream_id_, static_cast<std::uint32_t>(buffer_ms));
  }

  void HandleAnswered() {
    trace_.Decision(now_, "rtmp.play", "handshake_ok", "");
    if (!is_pipelined()) SendConnect();
    Step("connect");
  }

  void HandleMessage(const Message& message) {
    switch (static_cast<MessageType>(message.type)) {
      case MessageType::kCommandAmf0:
      case MessageType::kCommandAmf3:
        return HandleCommand(message);
      case MessageType::kUserControl:
        return HandleUserEvent(message);
      case MessageType::kAudio:
      case MessageType::kVideo:
      case MessageType::kDataAmf0:
      case MessageType::kDataAmf3:
      case MessageType::kAggregate:
        return HandleMedia(message);
      default:
        return;
    }
  }

  void HandleCommand(const Message& message) {
    const auto command = ParseCommand(message);
    if (!command) return End({ErrorCode::kRtmpProtocol, "a command that is no command"});
    if (command->name == "_result") return HandleResult(*command);
    if (command->name == "_error") return HandleError(*command);
    if (command->name == "onStatus") {
      if (!IsStale(message.stream_id)) HandleStatus(ParseStatus(*command));
      return;
    }
    if (command->name == "close") End({ErrorCode::kConnectionLost, "the server said close"});
  }

  void HandleResult(const rtmp::Command& command) {
    if (command.transaction == kConnect && !is_connected_) {
      is_connected_ = true;
      trace_.Decision(now_, "rtmp.play", "connect_ok", "");
      if (!is_pipelined()) SendCreateStream();
      return Step("createStream");
    }
    if (command.transaction != kCreateStream || is_created_) return;
    const amf0::Value* id = command.argument(1);
    const double number = id ? id->number().value_or(0) : 0;
    if (!(number >= 1 && number <= 0xffffffffU)) {
      return End({ErrorCode::kRtmpProtocol, "createStream gave no stream id"});
    }
    HandleCreated(static_cast<std::uint32_t>(number));
  }

  void HandleCreated(std::uint32_t stream_id) {
    is_created_ = true;
    const bool is_wrong_guess = is_pipelined() && stream_id != stream_id_;
    trace_.Decision(now_, "rtmp.play", "create_ok", is_wrong_guess ? "another stream id" : "");
    was_guess_wrong_ = is_wrong_guess;
    stream_id_ = stream_id;
    if (!is_pipelined() || is_wrong_guess) SendPlay(is_wrong_guess ? kPlayAgain : kPlay);
    if (!is_accepted_) Step("play");
  }

  // What the server says about the stream that was guessed, after it gave another.
  bool IsStale(std::uint32_t message_stream_id) const {
    return was_guess_wrong_ && message_stream_id == kGuessedStreamId;
  }

  void HandleError(const rtmp::Command& command) {
    const StatusInfo status = ParseStatus(command);
    if (!status.redirect.empty()) return Move(status.redirect);
    // The early `play` of a wrong guess fails; the second one counts.
    if (command.transaction == kPlay && was_guess_wrong_) return;
    if (command.transaction == kPlay || command.transaction == kPlayAgain) {
      return End({ErrorCode::kStreamNotFound, Words(status)});
    }
    if (command.transaction != kConnect && command.transaction != kCreateStream) return;
    End({ErrorCode::kRtmpRejected, Words(status)});
  }

  void HandleStatus(const StatusInfo& status) {
    if (!status.redirect.empty()) return Move(status.redirect);
    if (status.code == kReconnectRequest) return HandleReconnectRequest(status);
    if (status.code == "NetStream.Play.Start") return Accept("play_ok");
    if (status.code == kComplete) return End({ErrorCode::kStreamEnded, Words(status)});
    if (status.code == "NetStream.Play.UnpublishNotify" || status.code == "NetStream.Play.Stop") {
      return Leave(Words(status));
    }
    if (status.code.starts_with("NetConnection.Connect.") && status.is_error) {
      return End({ErrorCode::kRtmpRejected, Words(status)});
    }
    const bool is_refusal =
        status.code == "NetStream.Play.StreamNotFound" || status.code == "NetStream.Play.Failed";
    if (status.is_error || is_refusal) End({ErrorCode::kStreamNotFound, Words(status)});
  }

  // StreamEOF: nginx-rtmp and others say it when the publisher leaves.
  void HandleUserEvent(const Message& message) {
    ByteReader in(message.payload.view());
    const bool is_end = static_cast<UserEvent>(in.U16()) == UserEvent::kStreamEof;
    const std::uint32_t stream_id = in.U32();
    if (!is_end || !in.ok() || IsStale(stream_id)) return;
    Leave("the server said end of stream");
  }

  // Said in several ways in a row; told once until media comes again.
  void Leave(const std::string& words) {
    if (!is_accepted_) return End({ErrorCode::kStreamNotFound, words});
    if (std::exchange(has_left_, true)) return;
    trace_.Decision(now_, "rtmp.play", "publisher_left", "");
    answers_.Push(PublisherLeft{});
  }

  // onPlayStatus: the end of a recording.
  static bool IsComplete(const Message& message) {
    const auto type = static_cast<MessageType>(message.type);
    if (type != MessageType::kDataAmf0 && type != MessageType::kDataAmf3) return false;
    ByteView body = message.payload.view();
    if (type == MessageType::kDataAmf3 && !body.empty()) body = body.subspan(1);
    const amf0::Parsed parsed = amf0::Parse(body);
    const std::string* name = parsed.values.empty() ? nullptr : parsed.values[0].text();
    if (name == nullptr || *name != "onPlayStatus") return false;
    return std::ranges::any_of(parsed.values, [](const amf0::Value& value) {
      const std::string* code = value.FindText("code");
      return code != nullptr && *code == kComplete;
    });
  }

  void HandleMedia(const Message& message) {
    if (IsStale(message.stream_id)) return;
    if (IsComplete(message)) return End({ErrorCode::kStreamEnded, std::string(kComplete)});
    std::vector<flv::StreamReader::Event> events;
    const Status status = media_.Handle(message, now_, events);
    for (auto& event : events) {
      Accept("first_media");
      if (auto* tracks = std::get_if<flv::TracksChanged>(&event)) {
        answers_.Push(TracksChanged{std::move(tracks->tracks)});
      } else if (auto* frame = std::get_if<EncodedFrame>(&event)) {
        has_left_ = false;
        answers_.Push(std::move(*frame));
      }
    }
    if (!status) End(status.error());
  }

  void Accept(const char* by) {
    if (std::exchange(is_accepted_, true)) return;
    trace_.Decision(now_, "rtmp.play", by, is_pipelined() ? "pipelined" : "sequential");
    timers_.Stop(Timer::kStep);
    answers_.Push(Accepted{});
  }

  // An address that cannot be followed is no reason to leave.
  void HandleReconnectRequest(const StatusInfo& status) {
    std::string url;
    if (!status.tc_url.empty()) {
      auto target = ReconnectTarget(status.tc_url, url_);
      if (!target) return trace_.Decision(now_, "rtmp.play", "reconnect_ignored", "bad tcUrl");
      url = std::move(*target);
    }
    trace_.Decision(now_, "rtmp.play", "reconnect_requested", url.empty() ? "" : "elsewhere");
    answers_.End(Moved{std::move(url)});
    timers_.StopAll();
  }

  // Servers give the application's address or the whole one.
  void Move(const std::string& address) {
    std::string url = address;
    const auto parsed = ParseUrl(address);
    if (!parsed) return End({ErrorCode::kRtmpRejected, "redirected to an address that is none"});
    const auto target = ParseRtmpUrl(*parsed);
    const bool is_whole = !target || !target->stream_key.empty();
    if (!is_whole) {
      if (!url.ends_with('/')) url += '/';
      url += url_.stream_key;
    }
    trace_.Decision(now_, "rtmp.play", "moved", "");
    answers_.End(Moved{std::move(url)});
    timers_.StopAll();
  }

  RtmpUrl url_;
  PlayClientConfig config_;
  Rng rng_;
  TraceSink& trace_;
  Timestamp now_;
  ClientLink link_;
  Answers<Event> answers_;
  TimerTable<Timer, 1> timers_{{"rtmp.step"}};
  const char* step_ = "";
  std::uint32_t stream_id_ = kGuessedStreamId;
  bool is_connected_ = false;
  bool is_created_ = false;
  bool is_accepted_ = false;
  bool was_guess_wrong_ = false;
  bool has_left_ = false;  // The publisher, and no media has come since.
  MediaReceiver media_;
};

PlayClient::PlayClient(const RtmpUrl& url, const PlayClientConfig& config, Rng rng,
                       TraceSink& trace, Timestamp now)
    : core_(std::make_unique<Core>(url, config, rng, trace, now)) {}
PlayClient::~PlayClient() = default;

void PlayClient::HandleBytes(ByteView in, Timestamp now) {
  core_->HandleBytes(in, now);
}
void PlayClient::HandleUnsent(DataSize, Timestamp) {}
void PlayClient::HandleTimeout(Timestamp now) {
  core_->HandleTimeout(now);
}
void PlayClient::HandleEnd(Timestamp now) {
  core_->HandleEnd(now);
}
void PlayClient::Close(Timestamp) {
  core_->Close();
}
Output<PlayClient::Event> PlayClient::Poll() {
  return core_->Poll();
}

}  // namespace onair::rtmp
