// SPDX-License-Identifier: Apache-2.0
#include "core/relay/directory.h"

#include <algorithm>

namespace onair::relay {
namespace {

constexpr std::size_t kMaxNameLength = 256;

// RFC 3986 section 2.3: "unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~""
bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

bool IsSegment(std::string_view text) {
  return !text.empty() && text != "." && text != ".." &&
         std::all_of(text.begin(), text.end(), IsNameCharacter);
}

}  // namespace

Status DirectoryConfig::Validate() const {
  if (max_streams < 1 || max_streams > 100'000) {
    return Fail(ErrorCode::kInvalidConfig, "max_streams");
  }
  return stream.Validate();
}

Status CheckStreamName(std::string_view name) {
  if (name.size() > kMaxNameLength) {
    return Fail(ErrorCode::kInvalidUrl, "stream name longer than 256 characters");
  }
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    if (!IsSegment(name.substr(begin, end - begin))) {
      return Fail(ErrorCode::kInvalidUrl, "stream name");
    }
    begin = end + 1;
  }
  return {};
}

LiveStream* Directory::Find(std::string_view name) {
  const auto it = streams_.find(name);
  return it == streams_.end() ? nullptr : it->second.get();
}

Result<LiveStream*> Directory::FindOrAdd(std::string_view name) {
  if (LiveStream* stream = Find(name)) return stream;
  if (const Status status = CheckStreamName(name); !status) return Forward(status);
  if (streams_.size() >= static_cast<std::size_t>(config_.max_streams)) {
    return Fail(ErrorCode::kLimit, std::to_string(config_.max_streams) + " streams");
  }
  const auto [it, is_new] =
      streams_.emplace(std::string(name), std::make_unique<LiveStream>(config_.stream));
  return it->second.get();
}

Result<LiveStream*> Directory::Publish(std::string_view name, Timestamp now) {
  const Result<LiveStream*> stream = FindOrAdd(name);
  if (!stream) return stream;
  if ((*stream)->is_publishing()) {
    return Fail(ErrorCode::kPublishConflict, std::string(name));
  }
  (*stream)->BeginPublish(now);
  return stream;
}

bool Directory::Release(std::string_view name) {
  const auto it = streams_.find(name);
  if (it == streams_.end() || it->second->is_publishing() || it->second->has_viewers()) {
    return false;
  }
  streams_.erase(it);
  return true;
}

void Directory::ForEach(
    const std::function<void(const std::string&, const LiveStream&)>& visit) const {
  for (const auto& [name, stream] : streams_) visit(name, *stream);
}

}  // namespace onair::relay
