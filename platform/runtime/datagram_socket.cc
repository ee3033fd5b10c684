// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/datagram_socket.h"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "platform/runtime/asio_address.h"
#include "platform/runtime/bind_from.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/loop_core.h"
#include "platform/runtime/uninherited_socket.h"

namespace onair::runtime {

using boost::asio::ip::udp;

namespace {

// Longer ones are not meant for us: path MTUs over 1500 bytes do not occur on the Internet.
constexpr std::size_t kLongest = 2048;

// What one busy socket may take before the loop's other work gets a turn: 6 ms at 100 Mbit/s.
constexpr int kDatagramsPerTurn = 64;

constexpr int kEcnBits = 3;

DataSize SizeOf(std::size_t bytes) {
  return DataSize::Bytes(static_cast<std::int64_t>(bytes));
}

// The system's ancillary data, aligned for its header; one int fits with room to spare.
struct alignas(cmsghdr) Ancillary {
  std::array<std::byte, 64> bytes;
};

Ecn ReadEcn(msghdr& message) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    int value = 0;
    if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_TCLASS) {
      std::memcpy(&value, CMSG_DATA(part), sizeof value);
    } else if (part->cmsg_level == IPPROTO_IP &&
               (part->cmsg_type == IP_TOS || part->cmsg_type == IP_RECVTOS)) {
      value = *CMSG_DATA(part);  // One byte on Linux and Apple's systems.
    } else {
      continue;
    }
    return static_cast<Ecn>(value & kEcnBits);
  }
  return Ecn::kNotEct;
}

void WriteEcn(msghdr& message, Ancillary& space, Ecn ecn, bool is_v4) {
  const int value = static_cast<int>(ecn);
  message.msg_control = space.bytes.data();
  message.msg_controllen = CMSG_SPACE(sizeof value);
  cmsghdr* part = CMSG_FIRSTHDR(&message);
  part->cmsg_level = is_v4 ? IPPROTO_IP : IPPROTO_IPV6;
  part->cmsg_type = is_v4 ? IP_TOS : IPV6_TCLASS;
  part->cmsg_len = CMSG_LEN(sizeof value);
  std::memcpy(CMSG_DATA(part), &value, sizeof value);
}

ErrorCode BindErrorCode(int native_code) {
  if (native_code == EADDRINUSE) return ErrorCode::kAddressInUse;
  return native_code == EADDRNOTAVAIL ? ErrorCode::kUnreachable : ErrorCode::kSocket;
}

}  // namespace

Status DatagramSocketConfig::Validate() const {
  const auto is_in_range = [](DataSize size) {
    return size >= DataSize::Kibibytes(4) && size <= DataSize::Mebibytes(16);
  };
  if (!is_in_range(receive_buffer)) {
    return Fail(ErrorCode::kInvalidConfig, "DatagramSocketConfig.receive_buffer");
  }
  if (!is_in_range(send_buffer)) {
    return Fail(ErrorCode::kInvalidConfig, "DatagramSocketConfig.send_buffer");
  }
  return {};
}

class DatagramSocket::Core : public std::enable_shared_from_this<DatagramSocket::Core> {
 public:
  Core(Loop& loop, DatagramSocketConfig config, OnDatagram on_datagram)
      : loop_(loop.core()),
        config_(config),
        on_datagram_(std::move(on_datagram)),
        socket_(loop_->io()) {}

  Result<SocketAddress> Bind(const SocketAddress& local);
  void LeaveBy(const std::string& interface);
  void Send(const DatagramTransmit& out);
  void Close();
  DatagramSocketStats stats() const { return stats_; }

 private:
  void SetOptions(bool is_v4);
  void WaitReadable();
  void HandleReadable();
  bool ReceiveOne();

  const std::shared_ptr<Loop::Core> loop_;
  const DatagramSocketConfig config_;
  OnDatagram on_datagram_;
  udp::socket socket_;
  SocketAddress local_;
  DatagramSocketStats stats_;
};

Result<SocketAddress> DatagramSocket::Core::Bind(const SocketAddress& local) {
  if (Status valid = config_.Validate(); !valid) return Forward(valid);
  if (socket_.is_open()) return Fail(ErrorCode::kInvalidState, "the socket is bound");
  const udp::endpoint at(ToAsio(local.ip), local.port);
  boost::system::error_code error;
  Open(socket_, at.protocol(), error);
  // An address of both families would give IPv4 peers mapped addresses that no machine knows.
  if (!error && !local.ip.is_v4()) socket_.set_option(boost::asio::ip::v6_only(true), error);
  if (!error) socket_.bind(at, error);
  if (!error) socket_.non_blocking(true, error);
  const udp::endpoint bound = error ? udp::endpoint() : socket_.local_endpoint(error);
  if (error) {
    Close();
    return Fail(Error{BindErrorCode(error.value()), ToString(local) + ": " + error.message(),
                      error.value()});
  }
  SetOptions(local.ip.is_v4());
  local_ = SocketAddress{FromAsio(bound.address()), bound.port()};
  WaitReadable();
  return local_;
}

// Best effort: each of these options only improves a socket that works without it.
void DatagramSocket::Core::SetOptions(bool is_v4) {
  boost::system::error_code ignored;
  using Socket = boost::asio::socket_base;
  socket_.set_option(Socket::receive_buffer_size(static_cast<int>(config_.receive_buffer.bytes())),
                     ignored);
  socket_.set_option(Socket::send_buffer_size(static_cast<int>(config_.send_buffer.bytes())),
                     ignored);
  const int on = 1;
  const int level = is_v4 ? IPPROTO_IP : IPPROTO_IPV6;
  const int option = is_v4 ? IP_RECVTOS : IPV6_RECVTCLASS;
  static_cast<void>(setsockopt(socket_.native_handle(), level, option, &on, sizeof on));
}

void DatagramSocket::Core::LeaveBy(const std::string& interface) {
  if (socket_.is_open()) SendByLink(socket_.native_handle(), interface, local_.ip);
}

void DatagramSocket::Core::Send(const DatagramTransmit& out) {
  if (!socket_.is_open()) {
    ++stats_.send_failed;
    return;
  }
  const udp::endpoint to(ToAsio(out.path.remote.ip), out.path.remote.port);
  iovec piece{const_cast<std::uint8_t*>(out.bytes.data()), out.bytes.size()};  // Only read.
  msghdr message{};
  message.msg_name = const_cast<sockaddr*>(to.data());
  message.msg_namelen = static_cast<socklen_t>(to.size());
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  Ancillary space{};
  if (out.ecn != Ecn::kNotEct) WriteEcn(message, space, out.ecn, out.path.remote.ip.is_v4());
  ssize_t sent = 0;
  do {
    sent = sendmsg(socket_.native_handle(), &message, 0);
  } while (sent < 0 && errno == EINTR);
  if (sent >= 0) {
    ++stats_.sent;
    stats_.bytes_sent += SizeOf(out.bytes.size());
  } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
    ++stats_.send_full;
  } else {
    ++stats_.send_failed;
  }
}

void DatagramSocket::Core::WaitReadable() {
  socket_.async_wait(udp::socket::wait_read,
                     [weak = weak_from_this()](const boost::system::error_code& error) {
                       const auto self = weak.lock();
                       if (self && !error) self->HandleReadable();
                     });
}

void DatagramSocket::Core::HandleReadable() {
  for (int i = 0; i < kDatagramsPerTurn && socket_.is_open(); ++i) {
    if (!ReceiveOne()) break;
  }
  if (socket_.is_open()) WaitReadable();
}

// False: nothing more for now. An error that an earlier datagram brought back (ICMP) is read
// off and says nothing here: who sent it learns by silence.
bool DatagramSocket::Core::ReceiveOne() {
  std::array<std::uint8_t, kLongest> bytes;
  udp::endpoint from;
  iovec piece{bytes.data(), bytes.size()};
  Ancillary space{};
  msghdr message{};
  message.msg_name = from.data();
  message.msg_namelen = static_cast<socklen_t>(from.capacity());
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = space.bytes.data();
  message.msg_controllen = space.bytes.size();
  const ssize_t count = recvmsg(socket_.native_handle(), &message, 0);
  if (count < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
  if ((message.msg_flags & MSG_TRUNC) != 0) {
    ++stats_.truncated;
    return true;
  }
  from.resize(message.msg_namelen);
  ++stats_.received;
  stats_.bytes_received += SizeOf(static_cast<std::size_t>(count));
  const Datagram in{ByteView(bytes).first(static_cast<std::size_t>(count)),
                    {local_, {FromAsio(from.address()), from.port()}},
                    ReadEcn(message)};
  const auto on_datagram = on_datagram_;  // A copy: it may destroy the socket.
  on_datagram(in, Now());
  return true;
}

void DatagramSocket::Core::Close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

DatagramSocket::DatagramSocket(Loop& loop, DatagramSocketConfig config, OnDatagram on_datagram)
    : core_(std::make_shared<Core>(loop, config, std::move(on_datagram))) {}
DatagramSocket::~DatagramSocket() {
  core_->Close();
}
Result<SocketAddress> DatagramSocket::Bind(const SocketAddress& local) {
  return core_->Bind(local);
}
void DatagramSocket::LeaveBy(const std::string& interface) {
  core_->LeaveBy(interface);
}
void DatagramSocket::Send(const DatagramTransmit& out) {
  core_->Send(out);
}
void DatagramSocket::Close() {
  core_->Close();
}
DatagramSocketStats DatagramSocket::stats() const {
  return core_->stats();
}

}  // namespace onair::runtime
