// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "platform/runtime/byte_stream.h"
#include "samples/edge/connection.h"
#include "samples/edge/tcp_opening.h"

namespace onair::edge {

// What a socket tells of its line; empty while the line was not full, or where the system is
// silent.
std::optional<DataRate> LineOf(const runtime::ByteStream& stream);

// A viewer's opening on one socket: joins, paces and cuts the burst (TcpOpening), remembers his
// line. single-owner, on the loop's thread.
class TcpViewer {
 public:
  // `pump` is called on the loop's thread when more may be taken. `around` outlives it.
  TcpViewer(const Surroundings& around, std::function<void(Timestamp now)> pump)
      : around_(around), pump_(std::move(pump)) {}
  ~TcpViewer() { End(); }
  TcpViewer(const TcpViewer&) = delete;
  TcpViewer& operator=(const TcpViewer&) = delete;

  // Hub::Watch for who comes by this socket.
  Result<Hub::Seat> Join(const std::string& name, ViewerKind kind, Viewer& viewer,
                         const runtime::ByteStream& stream, Timestamp now);
  // Before each frame is taken. False: not yet.
  bool MayTake(const Hub::Seat& seat, const runtime::ByteStream& stream, Timestamp now);
  void Sent(const EncodedFrame& frame, Timestamp now);
  // Once a second.
  void NoteLine(const runtime::ByteStream& stream, Timestamp now);
  void End();

 private:
  TcpOpening::Standing StandingOf(const Hub::Seat& seat, const runtime::ByteStream& stream);
  void WaitUntil(Timestamp at, Timestamp now);
  void LeaveShare();

  const Surroundings& around_;
  std::function<void(Timestamp)> pump_;
  TcpOpening opening_;
  std::optional<DataRate> line_;  // As last seen full, or remembered.
  bool has_share_ = false;
  runtime::TimerId timer_ = runtime::TimerId::kNone;
};

}  // namespace onair::edge
