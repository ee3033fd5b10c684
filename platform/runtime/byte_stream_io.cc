// SPDX-License-Identifier: Apache-2.0
//
// Bytes in, bytes out, TLS between them.
#include "platform/runtime/byte_stream_core.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <utility>
#include <variant>

#include "platform/runtime/clock.h"

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

DataSize SizeOf(std::size_t bytes) {
  return DataSize::Bytes(static_cast<std::int64_t>(bytes));
}

}  // namespace

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
  if (socket_.is_open() && !peer_ended_) WaitReadable();
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
    // A peer that said goodbye first may still read; if not, a write tells.
    peer_ended_ = true;
    if (sent_end_) Close(Error{ErrorCode::kPeerClosed, "both sides said goodbye"});
    return;
  }
  if (tls_) {
    tls_->HandleEnd(now);
    DrainTls();
  } else if (state_ == State::kOpen) {
    peer_ended_ = true;
    if (listener_->OnPeerEnd(now) == AfterPeerEnd::kKeepSending) return;
    if (state_ == State::kFlushing) return;  // The listener wished it so.
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
    if (const auto* secured = std::get_if<tls::Stream::Secured>(&event)) {
      stats_.is_tls_resumed = secured->is_resumed;
      BecomeOpen(now);
    } else if (const auto* plain = std::get_if<tls::Stream::Plaintext>(&event)) {
      if (state_ == State::kOpen) listener_->OnBytes(plain->bytes, now);
    } else if (auto* given = std::get_if<tls::Stream::Ticket>(&event)) {
      if (trust_) trust_->KeepTicket(endpoint_, std::move(given->ticket));
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

void ByteStream::Core::Write(Bytes bytes) {
  WritePiece(std::move(bytes));
}
void ByteStream::Core::Write(Buffer buffer) {
  WritePiece(std::move(buffer));
}
void ByteStream::Core::Write(ByteView bytes) {
  WritePiece(bytes);
}

template <typename Piece>
void ByteStream::Core::WritePiece(Piece piece) {
  if (state_ != State::kOpen) {
    stats_.bytes_dropped += SizeOf(piece.size());
    return;
  }
  if (SizeOf(outbox_.size() + piece.size()) > config_.queue_limit) {
    stats_.bytes_dropped += SizeOf(piece.size());
    return Close(
        Error{ErrorCode::kTimeout, "the peer does not read: ByteStreamConfig.queue_limit"});
  }
  if (tls_) {
    tls_->Write(ByteView(piece.data(), piece.size()), Now());
    DrainTls();
  } else {
    Queue(std::move(piece));
    Flush();
  }
  stats_.queued_max = std::max(stats_.queued_max, SizeOf(outbox_.size()));
  ScheduleReport();
}

// Errors are met again by the flush that follows.
void ByteStream::Core::Queue(ByteView bytes) {
  if (outbox_.empty() && !awaits_writable_) {
    boost::system::error_code error;
    const std::size_t count = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
    stats_.bytes_written += SizeOf(count);
    bytes = bytes.subspan(count);
  }
  outbox_.Push(Bytes(bytes.begin(), bytes.end()));
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

}  // namespace onair::runtime
