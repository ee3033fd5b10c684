// SPDX-License-Identifier: Apache-2.0
//
// From OnConnected() to OnClosed().
#include "platform/runtime/byte_stream_core.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <utility>
#include <variant>

#include "platform/runtime/clock.h"
#include "platform/runtime/socket_facts.h"

namespace onair::runtime {
namespace {

namespace asio = boost::asio;

// Pieces per write. Asio hands at most 64 to the system in one go.
constexpr std::size_t kGather = 64;

// What one busy socket may move before the loop's other work gets a turn.
constexpr std::size_t kWriteTurn = 1024 * 1024;
constexpr int kReadsPerTurn = 8;

// Asio takes any copyable range; this one does not allocate.
struct GatherList {
  std::array<asio::const_buffer, kGather> buffers;
  std::size_t used = 0;
  const asio::const_buffer* begin() const { return buffers.data(); }
  const asio::const_buffer* end() const { return buffers.data() + used; }
};

GatherList Gather(const Outbox& outbox) {
  std::array<ByteView, kGather> views;
  GatherList list;
  list.used = outbox.Gather(views);
  for (std::size_t i = 0; i < list.used; ++i) {
    list.buffers[i] = asio::const_buffer(views[i].data(), views[i].size());
  }
  return list;
}

bool WouldBlock(const boost::system::error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again ||
         error == asio::error::interrupted;
}

Error Lost(const char* doing, const boost::system::error_code& error) {
  return Error{ErrorCode::kConnectionLost, std::string(doing) + ": " + error.message(),
               error.value()};
}

DataSize SizeOf(std::size_t bytes) { return DataSize::Bytes(static_cast<std::int64_t>(bytes)); }

}  // namespace

ByteStream::Core::Core(std::shared_ptr<Loop::Core> loop, const ByteStreamConfig& config)
    : loop_(std::move(loop)), config_(config), socket_(loop_->io()) {}

void ByteStream::Core::WaitReadable() {
  socket_.async_wait(Socket::wait_read,
                     [weak = weak_from_this()](const boost::system::error_code& error) {
                       if (const auto self = weak.lock()) self->HandleReadable(error);
                     });
}

void ByteStream::Core::HandleReadable(const boost::system::error_code& error) {
  if (error) return;  // Closed by us.
  for (int i = 0; i < kReadsPerTurn && socket_.is_open(); ++i) {
    if (!ReadOnce()) break;
  }
  if (socket_.is_open()) WaitReadable();
}

// False: nothing more to read for now.
bool ByteStream::Core::ReadOnce() {
  Bytes& scratch = loop_->scratch();
  boost::system::error_code error;
  const std::size_t count = socket_.read_some(asio::buffer(scratch), error);
  const Timestamp now = Now();
  if (error == asio::error::eof) {
    HandleEnd(now);
    return false;
  }
  if (WouldBlock(error)) return false;
  if (error) {
    Close(Lost("read", error));
    return false;
  }
  stats_.bytes_read += SizeOf(count);
  Take(ByteView(scratch).first(count), now);
  return count == scratch.size();
}

void ByteStream::Core::Take(ByteView in, Timestamp now) {
  if (state_ == State::kFlushing) return;
  if (tls_) {
    tls_->HandleBytes(in, now);
    return DrainTls();
  }
  if (state_ == State::kOpen) listener_->OnBytes(in, now);
}

void ByteStream::Core::HandleEnd(Timestamp now) {
  if (state_ == State::kFlushing) {
    if (sent_end_) return Close(Error{ErrorCode::kPeerClosed, "both sides said goodbye"});
    return Close(Error{ErrorCode::kConnectionLost, "the peer left before everything was written"});
  }
  if (tls_) {
    tls_->HandleEnd(now);
    DrainTls();
    if (state_ == State::kClosed) return;
  }
  Close(Error{ErrorCode::kPeerClosed, "end of the stream"});
}

// Only ever reached once at a time: what a listener writes meanwhile is drained by the loop
// that is already running.
void ByteStream::Core::DrainTls() {
  if (draining_tls_) return;
  draining_tls_ = true;
  while (state_ != State::kClosed) {
    auto out = tls_->Poll();
    const Timestamp now = Now();
    if (const auto* idle = std::get_if<Idle>(&out)) {
      SetTimer(tls_timer_, idle->wake_at, &Core::HandleTlsTimeout);
      break;
    }
    if (auto* transmit = std::get_if<Transmit>(&out)) {
      outbox_.Push(std::move(transmit->bytes));
      continue;
    }
    auto& event = std::get<tls::Stream::Event>(out);
    if (std::holds_alternative<tls::Stream::Secured>(event)) {
      BecomeOpen(now);
    } else if (const auto* plain = std::get_if<tls::Stream::Plaintext>(&event)) {
      if (state_ == State::kOpen) listener_->OnBytes(plain->bytes, now);
    } else if (state_ != State::kFlushing) {
      TryAlert();
      Close(std::get<tls::Stream::Closed>(event).error);
    }
  }
  draining_tls_ = false;
  Flush();
}

void ByteStream::Core::HandleTlsTimeout(Timestamp now) {
  tls_->HandleTimeout(now);
  DrainTls();
}

void ByteStream::Core::Write(Bytes bytes) { WritePiece(std::move(bytes)); }
void ByteStream::Core::Write(Buffer buffer) { WritePiece(std::move(buffer)); }

template <typename Piece>
void ByteStream::Core::WritePiece(Piece piece) {
  if (state_ != State::kOpen) {
    stats_.bytes_dropped += SizeOf(piece.size());
    return;
  }
  if (SizeOf(outbox_.size() + piece.size()) > config_.queue_limit) {
    stats_.bytes_dropped += SizeOf(piece.size());
    return Close(Error{ErrorCode::kLimit, "the peer does not read: ByteStreamConfig.queue_limit"});
  }
  if (tls_) {
    tls_->Write(ByteView(piece.data(), piece.size()), Now());
    DrainTls();
  } else {
    outbox_.Push(std::move(piece));
    Flush();
  }
  stats_.queued_max = std::max(stats_.queued_max, SizeOf(outbox_.size()));
  ScheduleReport();
}

void ByteStream::Core::Flush() {
  if (awaits_writable_ || !socket_.is_open()) return;
  for (std::size_t moved = 0; !outbox_.empty();) {
    if (moved >= kWriteTurn) return WaitWritable();
    boost::system::error_code error;
    const std::size_t count = socket_.write_some(Gather(outbox_), error);
    if (WouldBlock(error)) return WaitWritable();
    if (error) return Close(Lost("write", error));
    outbox_.Consume(count);
    stats_.bytes_written += SizeOf(count);
    moved += count;
  }
  if (state_ == State::kFlushing) FinishFlush();
}

// The TLS alert that tells the peer why; the connection ends with or without it.
void ByteStream::Core::TryAlert() {
  boost::system::error_code ignored;
  if (!outbox_.empty() && !awaits_writable_) socket_.write_some(Gather(outbox_), ignored);
}

void ByteStream::Core::WaitWritable() {
  awaits_writable_ = true;
  socket_.async_wait(Socket::wait_write,
                     [weak = weak_from_this()](const boost::system::error_code& error) {
                       const auto self = weak.lock();
                       if (error || !self) return;
                       self->awaits_writable_ = false;
                       self->Flush();
                       self->ScheduleReport();
                     });
}

void ByteStream::Core::CloseAfterFlush(TimeDelta flush_within) {
  if (state_ == State::kNew || state_ == State::kFlushing || state_ == State::kClosed) return;
  if (state_ != State::kOpen) {
    return Close(Error{ErrorCode::kPeerClosed, "closed before it was connected"});
  }
  const Timestamp now = Now();
  state_ = State::kFlushing;
  SetTimer(stage_timer_, now + flush_within, &Core::HandleFlushDeadline);
  loop_->Cancel(std::exchange(unsent_timer_, TimerId::kNone));
  if (tls_) {
    tls_->Close(now);
    DrainTls();
  } else {
    Flush();
  }
}

void ByteStream::Core::FinishFlush() {
  if (sent_end_) return;
  sent_end_ = true;
  boost::system::error_code ignored;  // Already gone: the read tells.
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void ByteStream::Core::HandleFlushDeadline(Timestamp) {
  const bool arrived = sent_end_ && KernelUnacked(native()).value_or(DataSize::Zero()) ==
                                        DataSize::Zero();
  Close(arrived ? Error{ErrorCode::kPeerClosed, "everything was written; the peer lingers"}
                : Error{ErrorCode::kTimeout, "not everything was written in time"});
}

DataSize ByteStream::Core::unsent() const {
  if (!socket_.is_open()) return DataSize::Zero();
  return SizeOf(outbox_.size()) + KernelUnsent(native()).value_or(DataSize::Zero());
}

// One report per turn of the loop, however many pieces were written in it.
void ByteStream::Core::ScheduleReport() {
  if (report_scheduled_ || state_ != State::kOpen) return;
  report_scheduled_ = true;
  PostSelf(&Core::Report);
}

void ByteStream::Core::Report(Timestamp now) {
  report_scheduled_ = false;
  if (state_ != State::kOpen) return;
  const DataSize size = unsent();
  if (size > DataSize::Zero()) {
    SetTimer(unsent_timer_, now + config_.unsent_interval, &Core::Report);
  } else {
    loop_->Cancel(std::exchange(unsent_timer_, TimerId::kNone));
  }
  listener_->OnUnsent(size, now);
}

void ByteStream::Core::Close(Error error) {
  if (state_ == State::kClosed) return;
  CloseSockets();
  loop_->Post([weak = weak_from_this(), error = std::move(error)] {
    const auto self = weak.lock();
    if (!self || self->listener_ == nullptr) return;
    std::exchange(self->listener_, nullptr)->OnClosed(error, Now());
  });
}

void ByteStream::Core::Abort() {
  listener_ = nullptr;
  if (state_ != State::kClosed) CloseSockets();
}

void ByteStream::Core::CloseSockets() {
  state_ = State::kClosed;
  for (TimerId* timer : {&stage_timer_, &tls_timer_, &unsent_timer_}) {
    loop_->Cancel(std::exchange(*timer, TimerId::kNone));
  }
  boost::system::error_code ignored;
  socket_.close(ignored);
  attempts_.clear();
  place_.reset();
  outbox_.Clear();
}

std::optional<TcpInfo> ByteStream::Core::tcp_info() const {
  if (!socket_.is_open()) return std::nullopt;
  return ReadTcpInfo(native());
}

std::string ByteStream::Core::peer() const {
  boost::system::error_code error;
  const auto remote = socket_.remote_endpoint(error);
  if (error) return {};
  const std::string address = remote.address().to_string(error);
  return (remote.address().is_v6() ? "[" + address + "]" : address) + ":" +
         std::to_string(remote.port());
}

void ByteStream::Core::SetTimer(TimerId& timer, Timestamp at, void (Core::*due)(Timestamp)) {
  loop_->Cancel(std::exchange(timer, TimerId::kNone));
  if (!at.is_finite()) return;
  timer = loop_->PostAt(at, [weak = weak_from_this(), &timer, due] {
    const auto self = weak.lock();
    if (!self) return;
    timer = TimerId::kNone;
    (self.get()->*due)(Now());
  });
}

void ByteStream::Core::PostSelf(void (Core::*task)(Timestamp)) {
  loop_->Post([weak = weak_from_this(), task] {
    if (const auto self = weak.lock()) (self.get()->*task)(Now());
  });
}

}  // namespace onair::runtime
