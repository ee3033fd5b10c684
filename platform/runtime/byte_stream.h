// SPDX-License-Identifier: Apache-2.0
//
// One TCP connection, with TLS on top where the endpoint says so. Connecting follows
// RFC 8305 (Happy Eyeballs): all addresses of a name race, the first to connect wins.
//
//   client:    ByteStream s(loop, config);  s.Open(endpoint, listener);
//   accepted:  TcpListener hands it out;    s->Attach(listener);
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/buffer.h"
#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/machine/endpoint.h"
#include "core/machine/socket_facts.h"
#include "core/units/data.h"
#include "core/units/time.h"
#include "platform/runtime/loop.h"
#include "platform/runtime/resolver.h"
#include "transport/tls/stream.h"

namespace onair::runtime {

enum class KeepAlive { kOff = 1, kOn = 2 };

// When OnUnsent() comes while the kernel holds bytes that wait for the network.
enum class UnsentReports {
  kTimed = 1,   // Each `unsent_interval`.
  kPrompt = 2,  // Also as soon as less than half of kernel_unsent_limit is left, on Linux.
};

// Read when a stream is made. Validate() runs before first use.
struct ByteStreamConfig {
  // From Open() to the first address. Range (0 s, 60 s].
  TimeDelta resolve_timeout = TimeDelta::Seconds(8);

  // From the first address to a TCP connection, all attempts together. Range (0 s, 120 s].
  TimeDelta connect_timeout = TimeDelta::Seconds(10);

  // Head start of each address over the next. Range [10 ms, 2 s]. Lower finds a working
  // address sooner and costs servers connections that are thrown away.
  // RFC 8305 section 5: "recommended to be 250 milliseconds"; section 8: minimum 10 ms,
  // maximum 2 s.
  TimeDelta attempt_delay = TimeDelta::Millis(250);

  // Bytes that may wait here for the socket; a Write() past it closes the stream with kTimeout.
  // Range [64 KiB, 1 GiB]. Far above what a session lets pile up (it drops by time first), so
  // only a fault or a viewer that does not read gets here.
  DataSize queue_limit = DataSize::Mebibytes(16);

  // Bytes that the kernel may hold unsent (TCP_NOTSENT_LOWAT); 0 leaves the system's choice.
  // Range [0, 16 MiB]. Lower keeps the backlog here, where it is seen and can be dropped;
  // higher costs fewer wake-ups.
  // Source: ours; one frame at 4 Mbit/s and 30 fps is 16 KiB.
  DataSize kernel_unsent_limit = DataSize::Kibibytes(16);

  // About what the peer may have on the way to here once it is connected (SO_RCVBUF); 0: as the
  // system likes. Range [0, 4 MiB]. Lower keeps queues on the way short where something else shares
  // it, at no more than this per round trip.
  DataSize receive_window = DataSize::Zero();

  // A sender that feeds the socket by these reports wants them prompt, for some more wake-ups.
  UnsentReports unsent_reports = UnsentReports::kTimed;

  // How often OnUnsent() comes while bytes are unsent. Range [10 ms, 10 s].
  TimeDelta unsent_interval = TimeDelta::Millis(100);

  // TCP keep-alive after 30 s of silence, every 10 s, 3 times. Live media never falls silent
  // that long, so the radio is not woken for it; a peer that vanished in a pause is found.
  KeepAlive keep_alive = KeepAlive::kOn;

  // For endpoints with Security::kTls. Meanings and ranges: tls::Trust, tls::ClientConfig.
  std::string ca_file;
  tls::VerifyPeer verify = tls::VerifyPeer::kYes;
  TimeDelta handshake_timeout = TimeDelta::Seconds(10);

  // Null: the system's. Shared by all streams that were made with this config.
  std::shared_ptr<Resolver> resolver;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// What becomes of our side when the peer ended its own.
enum class AfterPeerEnd { kClose = 1, kKeepSending = 2 };

// callback on the loop's thread, never from inside a call to the stream. Every method of the
// stream may be called from here, its destruction too.
class ByteStreamListener {
 public:
  virtual ~ByteStreamListener() = default;

  virtual void OnResolved(Timestamp /*now*/) {}      // Client only. The name has an address.
  virtual void OnTcpConnected(Timestamp /*now*/) {}  // Before TLS.
  virtual void OnConnected(Timestamp now) = 0;       // Secured, if asked for. Write() may begin.
  virtual void OnBytes(ByteView in, Timestamp now) = 0;  // Never empty; valid during the call.
  // After each turn that wrote, whenever the backlog falls, and every `unsent_interval` while
  // it is not zero; zero is always told.
  virtual void OnUnsent(DataSize /*unsent*/, Timestamp /*now*/) {}
  // The peer sends nothing more. It may still read (a half-close, as HTTP/1.0 clients do) or be
  // gone, which only a later Write() finds out. kClose: OnClosed(kPeerClosed) follows and what
  // is queued is dropped. kKeepSending: the stream stays open until it is closed from here.
  // Not asked with TLS: there the peer's goodbye ends both sides.
  virtual AfterPeerEnd OnPeerEnd(Timestamp /*now*/) { return AfterPeerEnd::kClose; }
  // Last call. kPeerClosed: the peer ended its side in good order. After CloseAfterFlush():
  // kPeerClosed when everything was written, kTimeout when the deadline cut it.
  virtual void OnClosed(const Error& error, Timestamp now) = 0;
};

// Counters only grow.
struct ByteStreamStats {
  DataSize bytes_written = DataSize::Zero();  // Handed to the socket, TLS included.
  DataSize bytes_read = DataSize::Zero();     // From the socket, TLS included.
  DataSize bytes_dropped = DataSize::Zero();  // Write() before OnConnected or after the end.
  DataSize queued_max = DataSize::Zero();
  std::int64_t connect_attempts = 0;
  bool is_tls_resumed = false;  // The certificates were verified on an earlier connection.
};

// single-owner, on the loop's thread. Once the loop is stopped it may be destroyed anywhere.
class ByteStream {
 public:
  // The config must be valid. It outlives nothing: it is copied.
  ByteStream(Loop& loop, const ByteStreamConfig& config);
  ~ByteStream();  // Abort().
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  // Client side, once. `listener` outlives the stream. With Endpoint::from it begins there or not
  // at all. Failures come by OnClosed(): kResolveFailed, kLocalAddress, kConnectRefused,
  // kConnectTimeout, kUnreachable, kSocket, kTls*, and later kConnectionLost, kPeerClosed, kLimit;
  // native_code is errno.
  void Open(const Endpoint& endpoint, ByteStreamListener& listener);

  // Accepted side, once: reading begins, OnConnected() follows (after TLS where configured).
  void Attach(ByteStreamListener& listener);

  // Tried on the socket at once; the rest waits here. Order is kept. A Buffer is shared, not
  // copied (with TLS both are encrypted, which copies).
  void Write(Bytes bytes);
  void Write(Buffer buffer);
  // Borrowed: only what the socket does not take at once is copied.
  void Write(ByteView bytes);

  // No more Write(). What is queued goes out, then TLS and TCP say goodbye and the peer's
  // goodbye is awaited (closing at once could destroy bytes it has not read yet); bytes that
  // come meanwhile are thrown away. OnClosed() at `flush_within` from now at the latest.
  void CloseAfterFlush(TimeDelta flush_within);

  // As ByteStreamConfig::kernel_unsent_limit, in its range, from now on; in any state.
  void LimitKernelUnsent(DataSize limit);
  // As ByteStreamConfig::receive_window, from now on; in any state.
  void LimitReceiveWindow(DataSize limit);

  // Closed at once, nothing is flushed, no further callback. The peer sees a reset if bytes
  // were in flight. May be called in any state.
  void Abort();

  bool is_open() const;  // Between Open() or Attach() and OnClosed() or Abort().

  // The real backlog: bytes waiting here plus bytes the kernel has not put on the wire.
  DataSize unsent() const;

  // Bytes waiting here for the socket: memory of this process.
  DataSize queued() const;

  ByteStreamStats stats() const;
  std::optional<SocketFacts> facts() const;  // Empty without a connection.
  // Numeric "address:port" of the peer; empty without a connection.
  std::string peer() const;

  class Core;  // For this room's own sources.
  explicit ByteStream(std::shared_ptr<Core> core);

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace onair::runtime
