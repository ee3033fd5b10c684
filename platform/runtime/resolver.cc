// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/resolver.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace onair::runtime {
namespace {

// Source: ours; a session asks one question at a time, so this is 8 sessions whose name
// server is dead at once.
constexpr int kQuestionsAtATime = 8;

std::optional<IpAddress> FromNative(const addrinfo& info) {
  IpAddress address;
  if (info.ai_family == AF_INET) {
    sockaddr_in native{};
    std::memcpy(&native, info.ai_addr, sizeof native);
    std::memcpy(address.bytes.data(), &native.sin_addr, 4);
    return address;
  }
  if (info.ai_family != AF_INET6) return std::nullopt;
  sockaddr_in6 native{};
  std::memcpy(&native, info.ai_addr, sizeof native);
  address.family = IpAddress::Family::kV6;
  std::memcpy(address.bytes.data(), &native.sin6_addr, 16);
  address.scope_id = native.sin6_scope_id;
  return address;
}

Result<std::vector<IpAddress>> AskSystem(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (failure != 0) {
    return Fail(ErrorCode::kResolveFailed, host + ": " + gai_strerror(failure),
                failure == EAI_SYSTEM ? errno : failure);
  }
  std::vector<IpAddress> addresses;
  for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
    if (const auto address = FromNative(*info)) addresses.push_back(*address);
  }
  freeaddrinfo(found);
  if (addresses.empty()) return Fail(ErrorCode::kResolveFailed, host + ": no IP address");
  return addresses;
}

class SystemResolver final : public Resolver {
 public:
  void Resolve(const std::string& host, ResolveDone done) override {
    if (asking_->fetch_add(1) >= kQuestionsAtATime) {
      asking_->fetch_sub(1);
      return done(Fail(ErrorCode::kResolveFailed, host + ": too many names are being asked"));
    }
    try {
      // Detached: getaddrinfo() cannot be stopped, and nobody must wait for it. The thread
      // touches only what it owns.
      std::thread([asking = asking_, host, done] {
        auto answer = AskSystem(host);
        asking->fetch_sub(1);
        done(std::move(answer));
      }).detach();
    } catch (const std::system_error& error) {
      asking_->fetch_sub(1);
      done(Fail(ErrorCode::kResolveFailed, host + ": no thread left", error.code().value()));
    }
  }

 private:
  const std::shared_ptr<std::atomic<int>> asking_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace

std::shared_ptr<Resolver> MakeSystemResolver() {
  return std::make_shared<SystemResolver>();
}

}  // namespace onair::runtime
