// SPDX-License-Identifier: Apache-2.0
//
// The inside of a ByteStream. Its life is one line of states:
//
//   kNew -> kResolving -> kConnecting -> kSecuring -> kOpen -> kFlushing -> kClosed
//
// An accepted stream enters at kSecuring, a plain one passes that state at once, and every
// state may go to kClosed. Handlers of Asio, timers and resolvers hold it weakly: when its
// ByteStream is gone nothing comes any more.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/runtime/byte_stream.h"
#include "platform/runtime/connect_race.h"
#include "platform/runtime/loop_core.h"
#include "platform/runtime/outbox.h"
#include "platform/runtime/shared_trust.h"
#include "transport/tls/stream.h"

namespace onair::runtime {

// single-owner, on the loop's thread.
class ByteStream::Core : public std::enable_shared_from_this<ByteStream::Core> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  Core(std::shared_ptr<Loop::Core> loop, const ByteStreamConfig& config);

  // Accepted side. `place` is given back (destroyed) when the socket is closed.
  void Adopt(Socket socket, std::optional<tls::ServerConfig> tls, std::shared_ptr<void> place);

  void Open(const Endpoint& endpoint, ByteStreamListener& listener);
  void Attach(ByteStreamListener& listener);
  void Write(Bytes bytes);
  void Write(Buffer buffer);
  void Write(ByteView bytes);
  void CloseAfterFlush(TimeDelta flush_within);
  void LimitKernelUnsent(DataSize limit);
  void LimitReceiveWindow(DataSize limit);
  void Abort();

  bool is_open() const { return state_ != State::kNew && listener_ != nullptr; }
  DataSize unsent() const;
  DataSize queued() const { return DataSize::Bytes(static_cast<std::int64_t>(outbox_.size())); }
  const ByteStreamStats& stats() const { return stats_; }
  std::optional<SocketFacts> facts() const;
  std::string peer() const;

 private:
  enum class State { kNew, kResolving, kConnecting, kSecuring, kOpen, kFlushing, kClosed };

  // byte_stream_connect.cc: until kOpen.
  void Resolve(const std::string& host);
  void HandleResolved(Result<std::vector<IpAddress>> answer);
  void HandleResolveTimeout(Timestamp now);
  void Race(Timestamp now);
  void StartAttempt(const ConnectRace::Attempt& attempt);
  void HandleAttempt(std::size_t index, const boost::system::error_code& error);
  void HandleFailedAttempt(std::size_t index, const Error& error);
  void HandleTcpConnected(Timestamp now);
  void LoadTrust();
  Result<tls::Stream> NewTlsClient(Timestamp now);
  void Secure(Result<tls::Stream> tls);
  void BecomeOpen(Timestamp now);
  void Tune();

  // byte_stream_io.cc: from kSecuring on.
  void WaitReadable();
  void HandleReadable(const boost::system::error_code& error);
  bool ReadOnce();
  void Take(ByteView in, Timestamp now);
  void HandleEnd(Timestamp now);
  void DrainTls();
  void HandleTlsTimeout(Timestamp now);
  template <typename Piece>
  void WritePiece(Piece piece);
  void Queue(Bytes bytes) { outbox_.Push(std::move(bytes)); }
  void Queue(Buffer buffer) { outbox_.Push(std::move(buffer)); }
  void Queue(ByteView bytes);
  void Flush();
  void TryAlert();
  void WaitWritable();

  // byte_stream_core.cc: backlog and end.
  void FinishFlush();
  void HandleFlushDeadline(Timestamp now);
  void ScheduleReport();
  void Report(Timestamp now);

  // Closes the socket now and tells the listener from a task of its own.
  void Close(Error error);
  void CloseSockets();
  void SetTimer(TimerId& timer, Timestamp at, void (Core::*due)(Timestamp));
  void PostSelf(void (Core::*task)(Timestamp));
  int native() const { return const_cast<Socket&>(socket_).native_handle(); }

  // Declared first, destroyed last: the sockets below live in its io_context.
  const std::shared_ptr<Loop::Core> loop_;
  const ByteStreamConfig config_;
  DataSize kernel_unsent_limit_;
  DataSize receive_window_;
  ByteStreamListener* listener_ = nullptr;  // Null: nobody hears us any more.
  State state_ = State::kNew;
  Endpoint endpoint_;
  Socket socket_;
  std::shared_ptr<void> place_;

  std::optional<ConnectRace> race_;
  std::vector<std::unique_ptr<Socket>> attempts_;

  std::optional<tls::ServerConfig> server_tls_;
  std::shared_ptr<SharedTrust> trust_;  // Client with TLS only.
  std::optional<tls::Stream> tls_;
  bool draining_tls_ = false;

  Outbox outbox_;
  bool awaits_writable_ = false;
  bool sent_end_ = false;
  bool peer_ended_ = false;  // Nothing is read any more.
  bool report_scheduled_ = false;

  TimerId stage_timer_ = TimerId::kNone;  // Of the present state.
  TimerId tls_timer_ = TimerId::kNone;
  TimerId unsent_timer_ = TimerId::kNone;
  ByteStreamStats stats_;
};

}  // namespace onair::runtime
