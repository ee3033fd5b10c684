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
    bool is_alive = false;
  };

  explicit RecordingTransport(Memory& memory) : memory_(memory) { memory_.is_alive = true; }
  ~RecordingTransport() override { memory_.is_alive = false; }

  void HandleConnected(Timestamp) override { memory_.told.push_back("connected"); }
  void HandleClosed(const Error&, Timestamp) override { memory_.told.push_back("closed"); }
  void HandleBytes(ByteView, Timestamp) override { memory_.told.push_back("bytes"); }
  void HandleUnsent(DataSize, Timestamp) override {}
  void HandleSocket(const SocketAddress&, const std::string& interface, Timestamp) override {
    memory_.told.push_back("socket " + interface);
  }
  void HandleSocketGone(const SocketAddress&, Timestamp) override {
    memory_.told.push_back("gone");
  }
  void HandleSocketsOpen(Timestamp) override { memory_.told.push_back("open"); }
  void HandleNameResolved(const std::string& host, const std::vector<IpAddress>& addresses,
                          Timestamp) override {
    memory_.told.push_back("name " + host + " " + std::to_string(addresses.size()));
  }
  void HandleDatagram(const Datagram&, Timestamp) override { memory_.told.push_back("datagram"); }
  void HandleTimeout(Timestamp) override {}
  void HandleNetworkChanged(Timestamp) override { memory_.told.push_back("network"); }
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
  void Close(Timestamp) override { memory_.told.push_back("close"); }
  RealtimeOutput<Event> Poll() override {
    if (memory_.says.empty()) return Idle{};
    auto first = std::move(memory_.says.front());
    memory_.says.pop_front();
    return first;
  }

 private:
  Memory& memory_;
};

}  // namespace onair::session
