// SPDX-License-Identifier: Apache-2.0
#include "core/twin/tcp_connection.h"

#include <utility>

#include "core/twin/delay.h"

namespace onair::twin {
namespace {

// A pipe of one flow's own in front of a shared one; null without delay.
std::unique_ptr<SharedPipe> MakeAccess(World& world, TimeDelta delay) {
  if (delay <= TimeDelta::Zero()) return nullptr;
  return std::make_unique<SharedPipe>(world, std::make_unique<Delay>(delay));
}

SharedPipe& EntryOf(const std::unique_ptr<SharedPipe>& access, SharedPipe& shared) {
  return access != nullptr ? *access : shared;
}

}  // namespace

TcpSocket::TcpSocket(World& world, TcpEndpoint::Role role, const TcpConfig& config, FlowId flow,
                     SendPacket send)
    : world_(world),
      endpoint_(role, config, world.ForkRng()),
      flow_(flow),
      send_(std::move(send)),
      wake_(world, "tcp", [this] {
        endpoint_.HandleTimeout(world_.now());
        Pump();
      }) {}

void TcpSocket::Attach(StreamUser* user) {
  user_ = user;
  told_unsent_ = unsent();
}

// The user knows what it writes; it is told of less, and never from inside its own call.
void TcpSocket::Write(Bytes bytes) {
  endpoint_.Write(std::move(bytes), world_.now());
  if (is_pumping_) return;
  is_pumping_ = true;
  Drain();
  is_pumping_ = false;
  told_unsent_ = unsent();
}

void TcpSocket::Finish() {
  endpoint_.Finish(world_.now());
  Pump();
}

void TcpSocket::Reset() {
  endpoint_.Reset(world_.now());
  Pump();
}

void TcpSocket::ResumeReading() {
  endpoint_.ResumeReading(world_.now());
  Pump();
}

void TcpSocket::HandlePacket(const Packet& packet) {
  if (peer_place_ == 0) peer_place_ = packet.source;
  if (packet.source != peer_place_) {
    TcpSegment reset;
    reset.flags = TcpSegment::kReset;
    return Send({Encode(reset)}, packet.source);
  }
  endpoint_.HandlePacket(packet.bytes, packet.ecn, world_.now());
  Pump();
}

void TcpSocket::Connect(Hooks hooks) {
  hooks_ = std::move(hooks);
  endpoint_.Connect(world_.now());
  Pump();
}

void TcpSocket::Accept() {
  endpoint_.Accept(world_.now());
  has_connected_ = true;
  Pump();
}

void TcpSocket::Refuse() {
  endpoint_.Refuse(world_.now());
  Pump();
}

void TcpSocket::Pump() {
  if (is_pumping_) return;  // The outer call goes on draining.
  is_pumping_ = true;
  Drain();
  is_pumping_ = false;
  const bool is_less = unsent() < told_unsent_;
  told_unsent_ = unsent();
  if (is_less && user_ != nullptr) user_->OnUnsent();
}

void TcpSocket::Drain() {
  for (std::int64_t i = 0; i < World::kStepLimit; ++i) {
    auto out = endpoint_.Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) {
      if (idle->wake_at.is_finite()) wake_.set_name(idle->timer);
      return wake_.Set(idle->wake_at);
    }
    if (auto* packet = std::get_if<Packet>(&out)) {
      Send(std::move(*packet), peer_place_);
    } else {
      OnEvent(std::move(*std::get_if<TcpEndpoint::Event>(&out)));
    }
  }
  world_.Fail("a TCP endpoint's Poll() never settles");
}

void TcpSocket::Send(Packet packet, std::uint32_t destination) {
  packet.flow = flow_;
  packet.destination = destination;
  send_(std::move(packet));
}

void TcpSocket::OnEvent(TcpEndpoint::Event event) {
  if (std::holds_alternative<TcpEndpoint::Arrived>(event)) {
    if (hooks_.on_arrived) hooks_.on_arrived();
  } else if (std::holds_alternative<TcpEndpoint::Connected>(event)) {
    has_connected_ = true;
    if (hooks_.on_connected) hooks_.on_connected();
  } else if (const auto* readable = std::get_if<TcpEndpoint::Readable>(&event)) {
    if (user_ != nullptr) user_->OnBytes(readable->bytes);
  } else if (std::holds_alternative<TcpEndpoint::Finished>(event)) {
    Close({ErrorCode::kPeerClosed, "the stream ended"});
  } else {
    Close(std::get_if<TcpEndpoint::Failed>(&event)->error);
  }
}

void TcpSocket::Close(const Error& error) {
  if (!has_connected_) {
    if (hooks_.on_failed) hooks_.on_failed(error);
  } else if (StreamUser* user = std::exchange(user_, nullptr)) {
    user->OnClosed(error);
  }
}

TcpConnection::TcpConnection(SharedNetwork& network, const TcpSetup& setup)
    : network_(network),
      flow_(network.NewFlow()),
      access_up_(MakeAccess(network.world(), setup.access_delay)),
      access_down_(MakeAccess(network.world(), setup.access_delay)),
      client_(
          network.world(), TcpEndpoint::Role::kClient, setup.client, flow_,
          [this](Packet packet) { EntryOf(access_up_, network_.up()).Send(std::move(packet)); }),
      server_(network.world(), TcpEndpoint::Role::kServer, setup.server, flow_,
              [this](Packet packet) {
                EntryOf(access_down_, network_.down()).Send(std::move(packet));
              }) {
  network.up().Listen(flow_, [this](const Packet& p, Timestamp) { server_.HandlePacket(p); });
  network.down().Listen(flow_, [this](const Packet& p, Timestamp) { client_.HandlePacket(p); });
  if (access_up_ == nullptr) return;
  access_up_->Listen(flow_, [this](Packet p, Timestamp) { network_.up().Send(std::move(p)); });
  access_down_->Listen(flow_, [this](Packet p, Timestamp) { network_.down().Send(std::move(p)); });
}

TcpConnection::~TcpConnection() {
  network_.up().Forget(flow_);
  network_.down().Forget(flow_);
}

void TcpConnection::Connect(TcpSocket::Hooks hooks) {
  server_.set_hooks({.on_arrived = std::move(hooks.on_arrived)});
  client_.Connect(
      {.on_connected = std::move(hooks.on_connected), .on_failed = std::move(hooks.on_failed)});
}

void TcpConnection::ConnectAndAccept() {
  Connect({.on_arrived = [this] { server_.Accept(); }});
}

}  // namespace onair::twin
