// SPDX-License-Identifier: Apache-2.0
#include "core/twin/stream_connection.h"

#include <utility>

namespace onair::twin {
namespace {

constexpr DataSize kResetSize = DataSize::Bytes(40);  // An IPv4 and a TCP header.

}  // namespace

PipeSocket::PipeSocket(World& world, const PipeConfig& out, StreamConnection& connection)
    : world_(world),
      connection_(connection),
      out_(world, out,
           {.on_bytes =
                [this](ByteView in) {
                  if (StreamUser* reader = other().user_) reader->OnBytes(in);
                },
            .on_unsent =
                [this] {
                  if (user_ != nullptr) user_->OnUnsent();
                },
            .on_end =
                [this] {
                  other().Tell({ErrorCode::kPeerClosed, "the stream ended"});
                }}),
      reset_arrives_(world, "socket.reset", [this] {
        out_.Reset();
        Tell({ErrorCode::kConnectionLost, "connection reset"});
      }) {}

void PipeSocket::Reset() {
  const Timestamp sent = out_.rate().FinishOf(kResetSize, world_.now());
  out_.Reset();
  in().Reset();
  other().reset_arrives_.Set(sent + out_.delay());
}

StreamPipe& PipeSocket::in() {
  return other().out_;
}

PipeSocket& PipeSocket::other() {
  return this == &connection_.client() ? connection_.server() : connection_.client();
}

void PipeSocket::Tell(const Error& error) {
  if (StreamUser* user = std::exchange(user_, nullptr)) user->OnClosed(error);
}

}  // namespace onair::twin
