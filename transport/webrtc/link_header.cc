// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/link_header.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "transport/webrtc/text.h"

namespace onair::webrtc {
namespace {

// Walks one field: <target>; name=value; name="value", <target> ..
class LinkReader {
 public:
  explicit LinkReader(std::string_view text) : rest_(text) {}

  // The next link's target; its parameters follow.
  std::optional<std::string_view> NextTarget() {
    Skip(" \t,");
    if (!rest_.starts_with('<')) return std::nullopt;
    const std::size_t end = rest_.find('>');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view target = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return target;
  }

  std::optional<std::pair<std::string_view, std::string>> NextParameter() {
    Skip(" \t");
    if (!rest_.starts_with(';')) return std::nullopt;
    rest_.remove_prefix(1);
    Skip(" \t");
    const std::string_view name = rest_.substr(0, rest_.find_first_of("=;, \t"));
    rest_.remove_prefix(name.size());
    Skip(" \t");
    if (!rest_.starts_with('=')) return std::pair{name, std::string()};
    rest_.remove_prefix(1);
    Skip(" \t");
    return std::pair{name, TakeValue()};
  }

 private:
  void Skip(std::string_view set) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(set), rest_.size()));
  }

  std::string TakeValue() {
    if (!rest_.starts_with('"')) {
      const std::string_view value = rest_.substr(0, rest_.find_first_of(";, \t"));
      rest_.remove_prefix(value.size());
      return std::string(value);
    }
    std::string value;
    std::size_t at = 1;
    for (; at < rest_.size() && rest_[at] != '"'; ++at) {
      if (rest_[at] == '\\' && at + 1 < rest_.size()) ++at;
      value += rest_[at];
    }
    rest_.remove_prefix(std::min(at + 1, rest_.size()));
    return value;
  }

  std::string_view rest_;
};

bool IsIceAddress(std::string_view url) {
  const std::string scheme = Lower(SplitAt(url, ':').first);
  return scheme == "stun" || scheme == "stuns" || scheme == "turn" || scheme == "turns";
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::vector<IceServer> IceServersIn(const http::Headers& headers) {
  std::vector<IceServer> out;
  for (const auto& [name, value] : headers.fields()) {
    if (!EqualsIgnoringCase(name, "Link")) continue;
    LinkReader reader(value);
    while (const auto target = reader.NextTarget()) {
      IceServer server{std::string(*target), {}, {}};
      bool is_server = false;
      while (const auto parameter = reader.NextParameter()) {
        if (EqualsIgnoringCase(parameter->first, "rel"))
          is_server = parameter->second == "ice-server";
        if (EqualsIgnoringCase(parameter->first, "username")) server.username = parameter->second;
        if (EqualsIgnoringCase(parameter->first, "credential"))
          server.credential = parameter->second;
      }
      if (!is_server || !IsIceAddress(server.url) || out.size() == kMaxIceServers) continue;
      out.push_back(std::move(server));
    }
  }
  return out;
}

std::string PrintIceServer(const IceServer& server) {
  std::string out = "<" + server.url + ">; rel=\"ice-server\"";
  if (server.username.empty()) return out;
  return out + "; username=" + Quoted(server.username) +
         "; credential=" + Quoted(server.credential) + "; credential-type=\"password\"";
}

}  // namespace onair::webrtc
