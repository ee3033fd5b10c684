// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/bytes.h"
#include "core/machine/datagram.h"

namespace onair::edge {

// Whose datagram it is where all sessions share one port: a check names its session by our user
// name fragment, everything else by the path on which a check of that session was answered.
// `Session` is a pointer or a number. single-owner.
template <typename Session>
class RtcRoutes {
 public:
  // Paths of one session; the oldest is forgotten for a newer one. Source: ours; three networks
  // of a phone and some rebound NATs. A session of more paths heals with each check of theirs.
  static constexpr std::size_t kMostPaths = 8;

  // How long a path is its session's after a check: longer than two checks of consent lie apart.
  // Another session's checks there are in vain so long, so that who writes a false address takes
  // no path away. Source: RFC 7675 section 5.1, checks each 4 to 6 s.
  static constexpr TimeDelta kOwned = TimeDelta::Seconds(7);

  // `ufrag` is nobody's.
  void Add(const std::string& ufrag, Session session) { names_.emplace(ufrag, session); }

  void Remove(const std::string& ufrag, Session session) {
    RemoveName(ufrag, session);
    const auto known = paths_of_.find(session);
    if (known == paths_of_.end()) return;
    for (const DatagramPath& path : known->second.paths) Forget(path, session);
    paths_of_.erase(known);
  }

  // One of its names is no longer its own.
  void RemoveName(const std::string& ufrag, Session session) {
    const auto named = names_.find(ufrag);
    if (named != names_.end() && named->second == session) names_.erase(named);
  }

  // Null for a name that nobody has.
  const Session* ByName(std::string_view ufrag) const {
    const auto found = names_.find(ufrag);
    return found == names_.end() ? nullptr : &found->second;
  }
  const Session* ByPath(const DatagramPath& path) const {
    const auto found = paths_.find(path);
    return found == paths_.end() ? nullptr : &found->second.session;
  }

  // A check of this session was answered there. A path whose owner fell silent goes to who was
  // checked: a port that another client got.
  void Learn(const DatagramPath& path, Session session, Timestamp now) {
    const auto [found, is_new] = paths_.try_emplace(path, Owner{session, now});
    const bool is_own = found->second.session == session;
    if (!is_own && now - found->second.checked_at < kOwned) return;
    found->second = {session, now};
    if (!is_new && is_own) return;
    Known& known = paths_of_[session];
    if (std::find(known.paths.begin(), known.paths.end(), path) != known.paths.end()) return;
    DatagramPath& place = known.paths[known.next++ % kMostPaths];
    Forget(place, session, path);
    place = path;
  }

  std::size_t paths() const { return paths_.size(); }

 private:
  struct Known {
    std::array<DatagramPath, kMostPaths> paths{};
    std::size_t next = 0;
  };
  struct Owner {
    Session session;
    Timestamp checked_at;
  };
  struct Hash {
    std::size_t operator()(const DatagramPath& path) const {
      // FNV-1a. Who fills a bucket must be let in by checks first.
      std::uint64_t hash = 14695981039346656037U;
      const auto add = [&hash](std::uint64_t value) { hash = (hash ^ value) * 1099511628211U; };
      for (const std::uint8_t byte : path.remote.ip.bytes) add(byte);
      add(path.remote.port);
      for (const std::uint8_t byte : path.local.ip.bytes) add(byte);
      return static_cast<std::size_t>(hash ^ hash >> 32);
    }
  };

  void Forget(const DatagramPath& path, Session session, const DatagramPath& but = {}) {
    const auto found = paths_.find(path);
    if (found != paths_.end() && found->second.session == session && path != but)
      paths_.erase(found);
  }

  std::map<std::string, Session, std::less<>> names_;
  std::unordered_map<DatagramPath, Owner, Hash> paths_;
  std::map<Session, Known> paths_of_;
};

}  // namespace onair::edge
