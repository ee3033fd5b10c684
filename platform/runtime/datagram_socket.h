// SPDX-License-Identifier: Apache-2.0
//
// One bound UDP socket. It sends and receives at once or not at all: what the kernel does not
// take is dropped and counted, as on any network.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/machine/datagram.h"
#include "platform/runtime/loop.h"

namespace onair::runtime {

// Validate() runs in Bind().
struct DatagramSocketConfig {
  // What the kernel holds for us in each direction, both hold a key frame's burst. Range
  // [4 KiB, 16 MiB]; the system may give less.
  // Source: ours; 0.2 s at 20 Mbit/s.
  DataSize receive_buffer = DataSize::Kibibytes(512);
  DataSize send_buffer = DataSize::Kibibytes(512);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// Counters only grow.
struct DatagramSocketStats {
  std::int64_t sent = 0;
  DataSize bytes_sent = DataSize::Zero();
  std::int64_t received = 0;
  DataSize bytes_received = DataSize::Zero();
  std::int64_t send_full = 0;    // Dropped: the kernel's buffer was full.
  std::int64_t send_failed = 0;  // Dropped: no route, address or permission.
  std::int64_t truncated = 0;    // Dropped: came longer than any that we take (2048 bytes).
};

// single-owner, on the loop's thread. Once the loop is stopped it may be destroyed anywhere.
class DatagramSocket {
 public:
  // callback on the loop's thread, never from inside a call to the socket; it may destroy it.
  using OnDatagram = std::function<void(const Datagram& in, Timestamp now)>;

  DatagramSocket(Loop& loop, DatagramSocketConfig config, OnDatagram on_datagram);
  ~DatagramSocket();
  DatagramSocket(const DatagramSocket&) = delete;
  DatagramSocket& operator=(const DatagramSocket&) = delete;

  // Once. Port 0 takes a free one. Where it is bound, or kInvalidConfig, kAddressInUse,
  // kUnreachable (no such address here), kSocket.
  Result<SocketAddress> Bind(const SocketAddress& local);

  // What is sent leaves by this interface from now on, whatever the routes to its receiver say.
  // Best effort, and only Bind() finds out whether an address is there.
  void LeaveBy(const std::string& interface);

  // Before Bind() and after Close() dropped and counted as failed.
  void Send(const DatagramTransmit& out);

  void Close();

  DatagramSocketStats stats() const;

  class Core;

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace onair::runtime
