// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/socket_facts.h"

#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#if defined(__linux__)
#include <linux/sockios.h>
#include <linux/tcp.h>  // Newer fields than <netinet/tcp.h>, which it excludes.
#else
#include <netinet/tcp.h>
#endif

namespace onair::runtime {
namespace {

// Silence, interval, count: a vanished peer is found after a minute, and carriers' NATs, whose
// shortest known timeouts are minutes, keep an idle connection.
constexpr int kKeepAliveSilenceSeconds = 30;
constexpr int kKeepAliveIntervalSeconds = 10;
constexpr int kKeepAliveProbes = 3;

void SetOption(NativeSocket socket, int level, int option, int value) {
  // Best effort: each of these options only improves a socket that works without it.
  static_cast<void>(setsockopt(socket, level, option, &value, sizeof value));
}

#if defined(__linux__)
std::optional<DataSize> AskQueue(NativeSocket socket, unsigned long request) {
  int bytes = 0;
  if (ioctl(socket, request, &bytes) != 0) return std::nullopt;
  return DataSize::Bytes(bytes);
}
#endif

}  // namespace

#if defined(__linux__)

std::optional<DataSize> KernelUnsent(NativeSocket socket) {
  return AskQueue(socket, SIOCOUTQNSD);
}

std::optional<DataSize> KernelUnacked(NativeSocket socket) {
  return AskQueue(socket, SIOCOUTQ);
}

SocketFacts ReadFacts(NativeSocket socket) {
  SocketFacts info;
  info.unsent = KernelUnsent(socket);
  if (const auto both = KernelUnacked(socket); both && info.unsent) {
    info.unacked = std::max(*both - *info.unsent, DataSize::Zero());  // Two calls: it moves.
  }
  tcp_info native{};
  socklen_t size = sizeof native;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &native, &size) != 0) return info;
  // Older kernels fill less of it and say so.
  const auto has = [&](const auto& field) {
    const auto end =
        reinterpret_cast<const char*>(&field + 1) - reinterpret_cast<const char*>(&native);
    return end <= static_cast<std::ptrdiff_t>(size);
  };
  if (has(native.tcpi_rtt)) info.rtt = TimeDelta::Micros(native.tcpi_rtt);
  if (has(native.tcpi_min_rtt)) info.min_rtt = TimeDelta::Micros(native.tcpi_min_rtt);
  if (has(native.tcpi_bytes_acked)) {
    info.bytes_acked = DataSize::Bytes(static_cast<std::int64_t>(native.tcpi_bytes_acked));
  }
  if (has(native.tcpi_total_retrans)) info.segments_retransmitted = native.tcpi_total_retrans;
  if (has(native.tcpi_data_segs_out)) info.segments_sent = native.tcpi_data_segs_out;
  if (has(native.tcpi_delivery_rate)) {
    info.delivery_rate =
        DataRate::BitsPerSec(static_cast<std::int64_t>(native.tcpi_delivery_rate) * 8);
    info.is_delivery_application_limited = native.tcpi_delivery_rate_app_limited != 0;
  }
  return info;
}

#else

std::optional<DataSize> KernelUnsent([[maybe_unused]] NativeSocket socket) {
#if defined(SO_NWRITE)
  // Apple: unsent and unconfirmed together; nothing tells them apart.
  int bytes = 0;
  socklen_t size = sizeof bytes;
  if (getsockopt(socket, SOL_SOCKET, SO_NWRITE, &bytes, &size) == 0) {
    return DataSize::Bytes(bytes);
  }
#endif
  return std::nullopt;
}

std::optional<DataSize> KernelUnacked(NativeSocket socket) {
  return KernelUnsent(socket);
}

SocketFacts ReadFacts(NativeSocket socket) {
  SocketFacts info;
#if defined(TCP_CONNECTION_INFO)
  tcp_connection_info native{};
  socklen_t size = sizeof native;
  if (getsockopt(socket, IPPROTO_TCP, TCP_CONNECTION_INFO, &native, &size) == 0) {
    info.rtt = TimeDelta::Millis(native.tcpi_srtt);
  }
#endif
  return info;
}

#endif

void LimitKernelUnsent([[maybe_unused]] NativeSocket socket, [[maybe_unused]] DataSize limit) {
#if defined(TCP_NOTSENT_LOWAT)
  if (limit <= DataSize::Zero()) return;
  SetOption(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, static_cast<int>(limit.bytes()));
#endif
}

// A buffer of this size is a window of about as much, set when the connection stands: before that
// it would bound the window's scale for good. Setting it ends the system's tuning, so the way back
// is to as much as the system lets anybody have. Linux's clamp on the window follows a buffer down
// and not up again, and is undone by that tuning while a buffer was not set: it takes both.
// Source: measured, Linux 6.18, round trip 100 ms; without the clamp it stayed at 20 KiB.
void LimitReceiveWindow(NativeSocket socket, DataSize limit) {
  constexpr DataSize kMost = DataSize::Mebibytes(4);
  const DataSize wanted = limit > DataSize::Zero() ? std::min(limit, kMost) : kMost;
  SetOption(socket, SOL_SOCKET, SO_RCVBUF, static_cast<int>(wanted.bytes()));
#if defined(TCP_WINDOW_CLAMP)
  SetOption(socket, IPPROTO_TCP, TCP_WINDOW_CLAMP, static_cast<int>(wanted.bytes()));
#endif
}

bool WritableTellsDrained([[maybe_unused]] NativeSocket socket, [[maybe_unused]] DataSize limit) {
#if defined(__linux__)
  // tcp_stream_memory_free() wakes a waiter below half of the limit.
  const auto unsent = KernelUnsent(socket);
  return unsent && limit > DataSize::Zero() && unsent->bytes() * 2 >= limit.bytes();
#else
  return false;
#endif
}

void EnableKeepAlive(NativeSocket socket) {
  SetOption(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
#if defined(TCP_KEEPIDLE)
  SetOption(socket, IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveSilenceSeconds);
#elif defined(TCP_KEEPALIVE)
  SetOption(socket, IPPROTO_TCP, TCP_KEEPALIVE, kKeepAliveSilenceSeconds);
#endif
#if defined(TCP_KEEPINTVL)
  SetOption(socket, IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveIntervalSeconds);
  SetOption(socket, IPPROTO_TCP, TCP_KEEPCNT, kKeepAliveProbes);
#endif
}

ErrorCode ConnectErrorCode(int native_code) {
  switch (native_code) {
    case ECONNREFUSED:
    case ECONNRESET:  // Some firewalls refuse like this.
      return ErrorCode::kConnectRefused;
    case ETIMEDOUT:
      return ErrorCode::kConnectTimeout;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
      return ErrorCode::kUnreachable;
    default:
      return ErrorCode::kSocket;
  }
}

}  // namespace onair::runtime
