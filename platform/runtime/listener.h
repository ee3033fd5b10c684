// SPDX-License-Identifier: Apache-2.0
//
// The accepting side of TCP.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "platform/runtime/byte_stream.h"
#include "platform/runtime/loop.h"
#include "transport/tls/stream.h"

namespace onair::runtime {

struct TcpListenerConfig {
  // For each accepted stream; the client's fields are not used.
  ByteStreamConfig streams;

  // Streams that may live at a time; a connection past it is closed at once and counted.
  // Range [1, 100000].
  std::size_t max_connections = 4096;

  // Connections that the kernel holds until they are accepted. Range [1, 4096]; the system
  // may lower it.
  int backlog = 256;

  // Set: every stream is secured before its OnConnected().
  std::optional<tls::ServerConfig> tls;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// Counters only grow, except `open`.
struct TcpListenerStats {
  std::int64_t accepted = 0;
  std::int64_t refused = 0;        // max_connections reached.
  std::int64_t accept_failed = 0;  // No descriptor or memory left, or gone before it was accepted.
  std::int64_t open = 0;           // Now.
};

// single-owner, on the loop's thread. Once the loop is stopped it may be destroyed anywhere.
// Streams that it handed out live on without it.
class TcpListener {
 public:
  // callback on the loop's thread. Attach() the stream, or destroy it to refuse.
  using OnAccept = std::function<void(std::unique_ptr<ByteStream>)>;

  TcpListener(Loop& loop, TcpListenerConfig config, OnAccept on_accept);
  ~TcpListener();
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  // Once. `address` is literal ("127.0.0.1", "::", "0.0.0.0"); port 0 takes a free one. The
  // port in use, or kInvalidConfig, kAddressInUse, kSocket.
  Result<std::uint16_t> Listen(const std::string& address, std::uint16_t port);

  // Nothing is accepted any more.
  void Close();

  TcpListenerStats stats() const;

  class Core;

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace onair::runtime
