// SPDX-License-Identifier: Apache-2.0
//
// Rooms that a viewer will probably watch next, made ready within budgets.
//
//   auto pool = PreloadPool::Create({.play = config});          // the players' own settings
//   (*pool)->SetRooms({{next_url, 1}, {after_next_url, 2}});    // whenever the list moves
//   config.url = next_url;  config.preload = *pool;             // the viewer swiped
//   auto player = Player::Create(config, executor, on_event);   // takes what is ready
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/api/preload_config.h"
#include "platform/sdk/player.h"

namespace onair {

struct PreloadedRoom;

// What is made ready, and how it will be played. Read once, by Create().
struct PreloadPoolConfig {
  PreloadConfig budget = {};  // How much of everything.

  // How rooms are played: session, tls, names, seed and trace go for what is preloaded, and stay
  // with the player that takes it. Its url is not used.
  PlayerConfig play = {};

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// A room that the viewer may go to.
struct PreloadRoom {
  std::string url;   // As PlayerConfig::url will be.
  int distance = 1;  // Swipes away from what is watched, in any direction. Range [1, 1000].
};

// One room, now.
struct PreloadRoomStats {
  std::string url;                          // As SetRooms() named it.
  int distance = 0;                         // As SetRooms() named it.
  PreloadTier wanted = PreloadTier::kNone;  // By the plan.
  PreloadTier ready = PreloadTier::kNone;   // What a viewer would find.
  DataRate rate = DataRate::Zero();         // Of its stream, as measured; zero before that.
  DataSize memory = DataSize::Zero();       // GOP and picture.
};

// Counters only grow.
struct PreloadStats {
  std::vector<PreloadRoomStats> rooms;         // Those that get anything.
  DataSize memory = DataSize::Zero();          // Now.
  DataRate rate = DataRate::Zero();            // Now.
  DataSize bytes_received = DataSize::Zero();  // Protocol included.
  DataSize bytes_used = DataSize::Zero();      // Of those, of rooms that were taken.
  std::int64_t hits = 0;                       // Taken at least connected.
  std::int64_t misses = 0;                     // Players that found nothing ready.
  std::int64_t pictures_decoded = 0;           // First pictures, shown or not.
  std::int64_t evictions = 0;    // Rooms that lost all they had to nearer ones or to the budgets.
  std::int64_t failures = 0;     // Rooms given up: refused, or over.
  std::int64_t unsupported = 0;  // Addresses that are not preloaded: WebRTC of which it is not
                                 // known where the stream is by HTTP-FLV, or not understood.
};

// A room over WebRTC is made ready as the same stream over HTTP-FLV (FallbackUrlOf()): its player
// shows that at once and goes on over WebRTC without a gap. One whose HTTP-FLV is not even
// connected is opened by its own address; one with FallbackUse::kNever takes nothing. A room that
// is connected and whose server answers nothing is opened anew beside.
//
// thread-safe; no call blocks but Take(), shortly. Threads of its own: onair.preload (sockets of
// all rooms, and of the players that took one), onair.preview (decodes first pictures).
class PreloadPool {
 public:
  // Addresses kept, with what they are: those not named any more are the first to go.
  static constexpr std::size_t kMaxKnown = 128;

  // Connects to nothing yet. Errors of PreloadPoolConfig::Validate(); kSocket, kOutOfMemory.
  static Result<std::shared_ptr<PreloadPool>> Create(const PreloadPoolConfig& config);
  ~PreloadPool();  // Cancels all; players that took rooms go on.

  // What is likely now; of more than 64 the first. Rooms of earlier calls that are missing here
  // count as the farthest, and go as soon as room or budget is wanted.
  void SetRooms(std::vector<PreloadRoom> rooms);
  // kMetered holds rooms to PreloadConfig::metered_tier and metered_rooms. kFree until it is
  // called.
  void SetNetworkCost(NetworkCost cost);
  // The device has another way to the network: as Player::NetworkChanged().
  void NetworkChanged();
  // Closes everything at once.
  void Cancel();

  // A snapshot.
  PreloadStats stats() const;

  // For Player: what there is of this address, which is the pool's no longer. Null: nothing that
  // is of use.
  std::unique_ptr<PreloadedRoom> Take(const std::string& url);

 private:
  class Core;
  explicit PreloadPool(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace onair
