// SPDX-License-Identifier: Apache-2.0
//
// A byte stream over modelled TCP on a modelled network. Speaks the language of every stream
// here, so machines and sessions run on it unchanged.
#pragma once

#include <functional>
#include <memory>

#include "core/twin/shared_network.h"
#include "core/twin/stream_socket.h"
#include "core/twin/tcp_endpoint.h"

namespace onair::twin {

// Both ends and where they stand. Built once.
struct TcpSetup {
  TcpConfig client;
  TcpConfig server;
  // This flow's own way beside the shared one, each way. Range [0, 10 s].
  TimeDelta access_delay = TimeDelta::Zero();
};

// One end. Packets of another source than the first one's are answered with a reset: a NAT
// that rebinds ends the connection, as it does in reality.
class TcpSocket final : public StreamSocket {
 public:
  using SendPacket = std::function<void(Packet)>;
  struct Hooks {
    std::function<void()> on_arrived = nullptr;
    std::function<void()> on_connected = nullptr;
    // Before the connection stood.
    std::function<void(const Error&)> on_failed = nullptr;
  };

  TcpSocket(World& world, TcpEndpoint::Role role, const TcpConfig& config, FlowId flow,
            SendPacket send);

  void Attach(StreamUser* user) override;
  void Detach() override { user_ = nullptr; }
  void Write(Bytes bytes) override;
  DataSize unsent() const override { return endpoint_.unsent(); }
  std::optional<TcpInfo> tcp_info() const override { return endpoint_.info(); }
  void Finish() override;
  void Reset() override;
  void PauseReading() override { endpoint_.PauseReading(); }
  void ResumeReading() override;

  void HandlePacket(const Packet& packet);
  void Connect(Hooks hooks);
  void Accept();
  void Refuse();
  void set_hooks(Hooks hooks) { hooks_ = std::move(hooks); }

  const TcpEndpoint& endpoint() const { return endpoint_; }
  FlowId flow() const { return flow_; }

 private:
  void Pump();
  void Drain();
  void Send(Packet packet, std::uint32_t destination);
  void OnEvent(TcpEndpoint::Event event);
  void Close(const Error& error);

  World& world_;
  TcpEndpoint endpoint_;
  FlowId flow_;
  SendPacket send_;
  Hooks hooks_;
  StreamUser* user_ = nullptr;
  Alarm wake_;
  bool has_connected_ = false;
  bool is_pumping_ = false;
  DataSize told_unsent_ = DataSize::Zero();
  std::uint32_t peer_place_ = 0;  // Packet::source of the peer's first packet.
};

// Single-owner. Not destroyed from inside a StreamUser's call.
class TcpConnection final : public Connection {
 public:
  TcpConnection(SharedNetwork& network, const TcpSetup& setup);
  ~TcpConnection() override;
  TcpConnection(const TcpConnection&) = delete;
  TcpConnection& operator=(const TcpConnection&) = delete;

  // The client sends its SYN. `on_arrived`: it reached the server, which then answers with
  // server().Accept() or Refuse(), or never.
  void Connect(TcpSocket::Hooks hooks);
  // The same, accepted at once: for flows of which only the bytes matter.
  void ConnectAndAccept();

  TcpSocket& client() override { return client_; }
  TcpSocket& server() override { return server_; }
  FlowId flow() const { return flow_; }

 private:
  SharedNetwork& network_;
  FlowId flow_;
  std::unique_ptr<SharedPipe> access_up_;
  std::unique_ptr<SharedPipe> access_down_;
  TcpSocket client_;
  TcpSocket server_;
};

}  // namespace onair::twin
