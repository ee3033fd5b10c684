// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "core/api/realtime_transport.h"

namespace onair::session {

// Remembers what it was told and says what a test put into its mouth.
class RecordingTransport final : public RealtimeTransport {
 public:
  struct Memory {
    std::deque<RealtimeOutput<Event>> says;
    std::vector<std::string> sent;
    std::vector<std::string> told;
    std::vector<DataRate> rates;
    Status takes_tracks;
    Error obstacle{ErrorCode::kIceNoPath, "nobody answers"};
    std::deque<RealtimeOutput<Event>> goodbye;  // Said after Close().
    bool answers_goodbyes = true;               // Closed, behind all that.
    int alive = 0;
  };

  explicit RecordingTransport(Memory& memory) : memory_(memory) { ++memory_.alive; }
  ~RecordingTransport() override { --memory_.alive; }

  void HandleWire(const WireInput& in, Timestamp) override {
    const std::string word = std::visit([](const auto& one) { return Word(one); }, in);
    if (!word.empty()) memory_.told.push_back(word);
  }
  void HandleTimeout(Timestamp) override {}
  void HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp) override {
    memory_.told.push_back(from ? "network " + ToString(*from) : "network");
  }
  void Start(Timestamp) override { memory_.told.push_back("start"); }
  Status SetTracks(const StreamTracks&, Timestamp) override { return memory_.takes_tracks; }
  void Send(const EncodedFrame& frame, Timestamp) override {
    memory_.sent.push_back(frame.is_key()                       ? "key"
                           : frame.track() == TrackKind::kAudio ? "sound"
                                                                : "picture");
  }
  void Apply(const cc::CongestionDecision& decision, Timestamp) override {
    memory_.rates.push_back(decision.target_rate);
  }
  void RequestKeyFrame(Timestamp) override { memory_.told.push_back("key-asked"); }
  void Close(Timestamp) override {
    memory_.told.push_back("close");
    is_closing_ = true;
  }
  Error Obstacle() const override { return memory_.obstacle; }
  RealtimeOutput<Event> Poll() override {
    if (is_closing_) {
      if (!memory_.goodbye.empty()) return Take(memory_.goodbye);
      if (!memory_.answers_goodbyes || std::exchange(is_closed_, true)) return Idle{};
      return Event(Closed{});
    }
    return memory_.says.empty() ? RealtimeOutput<Event>(Idle{}) : Take(memory_.says);
  }

 private:
  static std::string Word(const StreamConnected&) { return "connected"; }
  static std::string Word(const StreamClosed&) { return "closed"; }
  static std::string Word(const StreamBytes&) { return "bytes"; }
  static std::string Word(const SocketBound& in) { return "socket " + in.interface; }
  static std::string Word(const SocketGone&) { return "gone"; }
  static std::string Word(const SocketsOpen&) { return "open"; }
  static std::string Word(const NameResolved& in) {
    return "name " + in.host + " " + std::to_string(in.addresses.size());
  }
  static std::string Word(const Datagram&) { return "datagram"; }
  template <typename Other>
  static std::string Word(const Other&) {
    return "";
  }

  static RealtimeOutput<Event> Take(std::deque<RealtimeOutput<Event>>& from) {
    auto first = std::move(from.front());
    from.pop_front();
    return first;
  }

  Memory& memory_;
  bool is_closing_ = false;
  bool is_closed_ = false;
};

// Of an order or of bytes.
inline std::string WordOf(const WireOrder& order) {
  if (std::holds_alternative<OpenStream>(order)) return "open-stream";
  if (std::holds_alternative<CloseStream>(order)) return "close-stream";
  if (std::holds_alternative<OpenSockets>(order)) return "open-sockets";
  if (std::holds_alternative<CloseSocket>(order)) return "close-socket";
  if (std::holds_alternative<CloseSockets>(order)) return "close-sockets";
  return "resolve " + std::get<ResolveName>(order).host;
}

}  // namespace onair::session
