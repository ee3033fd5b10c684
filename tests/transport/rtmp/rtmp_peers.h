// SPDX-License-Identifier: Apache-2.0
//
// Peers for the session tests: two machines joined by bytes, and a server whose every word the
// test chooses.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/machine/machine.h"
#include "transport/rtmp/command.h"
#include "transport/rtmp/enhanced.h"
#include "transport/rtmp/handshake.h"
#include "transport/rtmp/message_stream.h"
#include "transport/rtmp/publish_client.h"
#include "transport/rtmp/rtmp_url.h"
#include "transport/rtmp/server_session.h"

namespace onair::rtmp {

inline constexpr Timestamp kStart = Timestamp::Zero();

inline RtmpUrl SampleUrl() {
  return ParseRtmpUrl(ParseUrl("rtmp://edge.test/live/room?token=x").value()).value();
}

// What a machine said since the last look.
template <typename M>
struct Heard {
  Bytes sent;
  std::size_t transmits = 0;
  std::vector<typename M::Event> events;
  Idle idle;

  template <typename T>
  const T* Find() const {
    for (const auto& event : events) {
      if (const auto* found = std::get_if<T>(&event)) return found;
    }
    return nullptr;
  }
  template <typename T>
  std::size_t Count() const {
    return static_cast<std::size_t>(std::count_if(
        events.begin(), events.end(), [](const auto& e) { return std::holds_alternative<T>(e); }));
  }
};

template <typename M>
Heard<M> Listen(M& machine) {
  Heard<M> heard;
  for (int i = 0; i < 10'000; ++i) {
    auto out = machine.Poll();
    if (auto* idle = std::get_if<Idle>(&out)) {
      heard.idle = *idle;
      return heard;
    }
    if (auto* transmit = std::get_if<Transmit>(&out)) {
      ++heard.transmits;
      heard.sent.insert(heard.sent.end(), transmit->bytes.begin(), transmit->bytes.end());
    } else {
      heard.events.push_back(std::move(*std::get_if<typename M::Event>(&out)));
    }
  }
  FAIL("Poll() never settles");
  return heard;
}

// A server session that says yes, or what it is told.
class AnsweringServer {
 public:
  using Event = ServerSession::Event;

  explicit AnsweringServer(std::optional<Error> refusal = std::nullopt)
      : session_({}, Rng(5), kStart), refusal_(std::move(refusal)) {}

  void HandleBytes(ByteView in, Timestamp now) { session_.HandleBytes(in, now_ = now); }
  void HandleUnsent(DataSize unsent, Timestamp now) { session_.HandleUnsent(unsent, now); }
  void HandleTimeout(Timestamp now) { session_.HandleTimeout(now); }
  Output<Event> Poll() {
    auto out = session_.Poll();
    if (auto* event = std::get_if<Event>(&out)) Answer(*event);
    return out;
  }

  ServerSession& session() { return session_; }
  // Called when a player was accepted, before anything else leaves.
  std::function<void(ServerSession&, Timestamp)> on_play;

 private:
  void Answer(const Event& event) {
    if (std::holds_alternative<ServerSession::PublishRequested>(event)) {
      refusal_ ? session_.RejectPublish(*refusal_, now_) : session_.AcceptPublish(now_);
    }
    if (std::holds_alternative<ServerSession::PlayRequested>(event)) {
      if (refusal_) return session_.RejectPlay(*refusal_, now_);
      session_.AcceptPlay(now_);
      if (on_play) on_play(session_, now_);
    }
  }

  ServerSession session_;
  std::optional<Error> refusal_;
  Timestamp now_ = kStart;
};

// Carries bytes between two machines in pieces until both are silent.
template <typename Client, typename Server>
struct Joined {
  Joined(Client& c, Server& s, std::size_t piece_bytes = 1 << 20)
      : client(c), server(s), piece(piece_bytes) {}

  Client& client;
  Server& server;
  std::size_t piece;
  Timestamp now = kStart;
  std::vector<typename Client::Event> client_events;
  std::vector<typename Server::Event> server_events;
  int round_trips = 0;

  void Run() {
    for (int i = 0; i < 100; ++i) {
      auto from_client = Listen(client);
      Move(from_client.events, client_events);
      Deliver(server, from_client.sent);
      auto from_server = Listen(server);
      Move(from_server.events, server_events);
      Deliver(client, from_server.sent);
      if (from_client.sent.empty() && from_server.sent.empty()) return;
      if (!from_server.sent.empty()) ++round_trips;
    }
    FAIL("the two never fall silent");
  }

 private:
  template <typename M>
  void Deliver(M& to, ByteView bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      to.HandleBytes(bytes.subspan(at, std::min(piece, bytes.size() - at)), now);
    }
  }
  template <typename E>
  static void Move(std::vector<E>& from, std::vector<E>& to) {
    for (auto& event : from) to.push_back(std::move(event));
  }
};

// The other end of a client under test, answered by hand.
class HandServer {
 public:
  // Takes what the client sent; gives the commands in it. Sends S0 S1 S2 by itself.
  std::vector<Command> Take(ByteView in) {
    const std::size_t count = std::min(in.size(), handshake_.Wanted());
    handshake_.HandleBytes(in.first(count), kStart);
    in = in.subspan(count);
    auto out = handshake_.Poll();
    if (auto* transmit = std::get_if<Transmit>(&out)) {
      stream.outbox().insert(stream.outbox().end(), transmit->bytes.begin(), transmit->bytes.end());
    }
    std::vector<Command> commands;
    while (handshake_.Wanted() == 0) {
      auto message = stream.Next(in);
      REQUIRE(message);
      if (!*message) break;
      messages.push_back(**message);
      const bool is_command =
          (*message)->type == static_cast<std::uint8_t>(MessageType::kCommandAmf0);
      if (is_command) commands.push_back(ParseCommand(**message).value());
    }
    return commands;
  }

  Bytes Give() { return std::exchange(stream.outbox(), {}); }

  void Result(double transaction) {
    stream.SendCommand({3, 0}, BeginCommand("_result", transaction).Undefined().view());
  }
  // To connect, with a fourCcList of one.
  void ResultNaming(std::string_view four_cc) {
    amf0::Writer out;
    out.Text("_result").Number(1).BeginObject().Key("fourCcList").BeginStrictArray(1).Text(four_cc);
    stream.SendCommand({3, 0}, out.EndObject().view());
  }
  void Created(double transaction, double id) {
    stream.SendCommand({3, 0}, BeginCommand("_result", transaction).Number(id).view());
  }
  void Refused(double transaction, std::string_view code, std::string_view words) {
    amf0::Writer out = BeginCommand("_error", transaction);
    out.BeginObject().Key("level").Text("error").Key("code").Text(code);
    out.Key("description").Text(words).EndObject();
    stream.SendCommand({3, 0}, out.view());
  }
  // As SRS does: NetConnection.Connect.Rejected with `ex`.
  void Redirect(std::string_view command, double transaction, std::string_view to) {
    amf0::Writer out = BeginCommand(command, transaction);
    out.BeginObject().Key("level").Text("error");
    out.Key("code").Text("NetConnection.Connect.Rejected");
    out.Key("description").Text("RTMP 302 Redirect");
    out.Key("ex").BeginObject().Key("code").Number(302).Key("redirect").Text(to).EndObject();
    out.EndObject();
    stream.SendCommand({3, 0}, out.view());
  }
  void AskToReconnect(std::string_view tc_url) {
    stream.SendCommand({3, 0}, ReconnectRequestBody(tc_url, "words"));
  }
  void Status(std::string_view level, std::string_view code, std::uint32_t stream_id = 1) {
    stream.SendCommand({5, stream_id}, StatusBody(level, code, "words"));
  }

  MessageStream stream;
  std::vector<Message> messages;

 private:
  static ServerHandshake MakeHandshake() {
    Rng rng(3);
    return ServerHandshake(TimeDelta::PlusInfinity(), rng, kStart);
  }
  ServerHandshake handshake_ = MakeHandshake();
};

inline std::vector<std::string> Names(const std::vector<Command>& commands) {
  std::vector<std::string> names;
  for (const Command& command : commands) names.push_back(command.name);
  return names;
}

}  // namespace onair::rtmp
