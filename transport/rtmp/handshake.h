// SPDX-License-Identifier: Apache-2.0
//
// The plain handshake, both sides (Adobe RTMP 1.0 section 5.2). Small parts of the three
// session machines, not driven by themselves in production; each is a machine for its tests.
//
//   client  C0 C1 -------->   C0, S0: version 8
//           <----- S0 S1 S2   C1, S1: time 32, zero 32, random 1528 bytes
//           C2 ----------->   C2, S2: echo of the other's first block
#pragma once

#include <cstddef>
#include <optional>
#include <variant>

#include "core/base/result.h"
#include "core/base/rng.h"
#include "core/machine/machine.h"

namespace onair::rtmp {

inline constexpr std::size_t kHandshakeBlock = 1536;

// When the client sends C2.
enum class HandshakeStart {
  kPatient = 1,  // As specified: after S1.
  kEager = 2,    // With C0 C1, before S1 is known. Its content is then not an echo, which
                 // nginx-rtmp, SRS, nginx-http-flv and node-media-server accept.
};

// Single-owner.
class ClientHandshake {
 public:
  struct Answered {};  // S1 is in and C2 is out: commands may follow C2.
  struct Done {};      // S2 is in: what follows is the chunk stream. Nothing follows.
  // kRtmpProtocol, kTimeout. Nothing follows.
  struct Failed {
    Error error;
  };
  using Event = std::variant<Answered, Done, Failed>;

  ClientHandshake(HandshakeStart start, TimeDelta timeout, Rng& rng, Timestamp now);

  void HandleBytes(ByteView in, Timestamp now);
  void HandleUnsent(DataSize, Timestamp) {}
  void HandleTimeout(Timestamp now);
  [[nodiscard]] Output<Event> Poll();

  // How many of the bytes in `in` still belong to the handshake.
  std::size_t Wanted() const;

 private:
  enum class State { kAwaitS0S1 = 1, kAwaitS2, kDone, kFailed };
  void HandleS0S1();
  void Fail(Error error);

  State state_ = State::kAwaitS0S1;
  HandshakeStart start_;
  Timestamp deadline_;
  Bytes inbox_;
  Bytes outbox_;
  bool answered_ = false;
  std::optional<Event> last_;
};

// Single-owner. Clients that ask for the digest form of the Flash player era are answered
// plainly; C2 is not compared with S1, as eager clients cannot know it.
class ServerHandshake {
 public:
  struct Done {};
  struct Failed {
    Error error;
  };
  using Event = std::variant<Done, Failed>;

  ServerHandshake(TimeDelta timeout, Rng& rng, Timestamp now);

  void HandleBytes(ByteView in, Timestamp now);
  void HandleUnsent(DataSize, Timestamp) {}
  void HandleTimeout(Timestamp now);
  [[nodiscard]] Output<Event> Poll();

  std::size_t Wanted() const;

 private:
  enum class State { kAwaitC0C1 = 1, kAwaitC2, kDone, kFailed };
  void Fail(Error error);

  State state_ = State::kAwaitC0C1;
  Timestamp deadline_;
  Bytes s1_;
  Bytes inbox_;
  Bytes outbox_;
  std::optional<Event> last_;
};

}  // namespace onair::rtmp
