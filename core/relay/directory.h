// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/relay/live_stream.h"

namespace onair::relay {

// Built once.
struct DirectoryConfig {
  // Streams at a time, watched or published. Range [1, 100'000].
  int max_streams = 1'000;

  RelayConfig stream;

  [[nodiscard]] Status Validate() const;
};

// Ok for "application/stream" and the like: 1 to 256 characters of RFC 3986's unreserved set
// and '/', no empty, "." or ".." segment. Else kInvalidUrl.
Status CheckStreamName(std::string_view name);

// The streams of one server by name. Single-owner; streams stay where they are until they
// are released.
class Directory {
 public:
  // `config` was validated.
  explicit Directory(const DirectoryConfig& config) : config_(config) {}

  // Null when there is none.
  LiveStream* Find(std::string_view name);
  // kInvalidUrl for the name, kLimit for one stream too many.
  Result<LiveStream*> FindOrAdd(std::string_view name);

  // FindOrAdd() and BeginPublish(); kPublishConflict while somebody publishes it.
  Result<LiveStream*> Publish(std::string_view name, Timestamp now);

  // Removes the stream when nobody publishes or watches it; after EndPublish() and
  // RemoveViewer(). True: it is gone.
  bool Release(std::string_view name);

  std::size_t size() const { return streams_.size(); }
  // In the order of their names.
  void ForEach(const std::function<void(const std::string& name, const LiveStream&)>& visit) const;

 private:
  DirectoryConfig config_;
  std::map<std::string, std::unique_ptr<LiveStream>, std::less<>> streams_;
};

}  // namespace onair::relay
