// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/name_service.h"

#include <map>
#include <utility>
#include <vector>

#include "core/base/url.h"
#include "core/preload/name_cache.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/loop.h"
#include "platform/runtime/resolver.h"
#include "platform/sdk/http_dns_source.h"
#include "transport/http/http_dns.h"

namespace onair {
namespace {

using preload::NameCache;
using runtime::ResolveDone;

// Source: ours; 20 preloaded rooms and a player, each with one question, thrice.
constexpr std::size_t kMaxWaiting = 64;

// The system's name service in a NameSource's clothes; it says no lifetime.
class SystemSource final : public NameSource {
 public:
  void Ask(const std::string& host, Done done) override {
    resolver_->Resolve(host, [done = std::move(done)](Result<std::vector<IpAddress>> answer) {
      if (!answer) return done(Forward(answer));
      done(NameAnswer{*std::move(answer), std::nullopt});
    });
  }

 private:
  const std::shared_ptr<runtime::Resolver> resolver_ = runtime::MakeSystemResolver();
};

Result<Url> ParseService(const std::string& text) {
  auto url = ParseUrl(text);
  if (!url) return url;
  if (auto probe = http::HttpDnsUrl(*url, "name"); !probe) return probe;
  return url;
}

}  // namespace

Status NameServiceConfig::Validate() const {
  if (source_timeout < TimeDelta::Millis(100) || source_timeout > TimeDelta::Seconds(30)) {
    return Fail(ErrorCode::kInvalidConfig, "names.source_timeout");
  }
  if (!http_dns.empty()) {
    if (auto url = ParseService(http_dns); !url) return Forward(url);
  }
  return cache.Validate();
}

// Everything private happens on `loop_`.
class NameService::Core final : public runtime::Resolver {
 public:
  explicit Core(const NameServiceConfig& config)
      : source_timeout_(config.source_timeout),
        stale_wait_(config.cache.stale_wait),
        cache_(config.cache),
        source_(config.source) {
    if (source_ || config.http_dns.empty()) return;
    runtime::ByteStreamConfig streams;
    streams.ca_file = config.tls.ca_file;
    streams.verify = config.tls.verify;
    source_ = std::make_shared<HttpDnsSource>(loop_, *ParseService(config.http_dns), streams);
  }
  ~Core() override { loop_.Stop(); }

  Status Start() { return loop_.Start(); }
  // For good. Not in the destructor: a stream may be the last to hold this.
  void Stop() {
    loop_.RunAndWait([this] { Cancel(); });
    loop_.Stop();
  }

  void Resolve(const std::string& host, ResolveDone done) override {
    const bool is_taken = loop_.Post([this, host, done] { Want(host, done); });
    if (!is_taken) done(Closed(host));
  }

  void NetworkChanged() {
    loop_.Post([this] {
      cache_.OnNetworkChanged(runtime::Now());
      AskDue();
    });
  }

  NameServiceStats stats() {
    NameServiceStats stats;
    loop_.RunAndWait([&] {
      const auto known = cache_.stats();
      stats = {known.hits,     known.misses,  known.stale,   known.refreshes,
               known.failures, asked_source_, asked_system_, known.names};
    });
    return stats;
  }

 private:
  struct Waiter {
    std::uint64_t id;
    std::vector<IpAddress> stale;  // What it gets rather than nothing.
    ResolveDone done;
  };
  struct Question {
    std::uint64_t id = 0;  // Of whoever is asked now: an older one's answer is not waited for.
    runtime::TimerId timeout = runtime::TimerId::kNone;
    std::vector<Waiter> waiters;
  };

  static tl::unexpected<Error> Closed(const std::string& host) {
    return Fail(ErrorCode::kInvalidState, host + ": the name service is closed");
  }

  // Whoever waits is told now: no answer comes any more.
  void Cancel() {
    is_closed_ = true;
    for (const auto& [host, question] : std::exchange(questions_, {})) {
      for (const Waiter& waiter : question.waiters) waiter.done(Closed(host));
    }
  }

  void Want(const std::string& host, const ResolveDone& done) {
    if (is_closed_) return done(Closed(host));
    auto found = cache_.Lookup(host, runtime::Now());
    const bool is_stale = found.freshness == NameCache::Freshness::kStale;
    const bool answers_now = found.freshness == NameCache::Freshness::kFresh ||
                             (is_stale && (!found.is_asked || stale_wait_ == TimeDelta::Zero()));
    if (answers_now) {
      done(std::move(found.addresses));
    } else if (questions_[host].waiters.size() >= kMaxWaiting) {
      done(Fail(ErrorCode::kResolveFailed, host + ": too many wait for it"));
    } else {
      const std::uint64_t id = next_id_++;
      questions_[host].waiters.push_back({id, std::move(found.addresses), done});
      if (is_stale) loop_.PostAfter(stale_wait_, [this, host, id] { ServeStale(host, id); });
    }
    if (found.should_ask) AskFor(host);
    AskDue();
  }

  void AskDue() {
    for (const std::string& host : cache_.TakeDue(runtime::Now())) AskFor(host);
    loop_.Cancel(refresh_timer_);
    refresh_timer_ = runtime::TimerId::kNone;
    const Timestamp wake_at = cache_.wake_at();
    if (wake_at.is_finite()) refresh_timer_ = loop_.PostAt(wake_at, [this] { AskDue(); });
  }

  void AskFor(const std::string& host) {
    if (!source_) return AskSystem(host);
    ++asked_source_;
    const std::uint64_t id = Expect(host);
    questions_[host].timeout = loop_.PostAfter(source_timeout_, [this, host, id] {
      const auto asked = questions_.find(host);
      if (asked != questions_.end() && asked->second.id == id) AskSystem(host);
    });
    source_->Ask(host, AnswerTo(host, id, [this](const std::string& failed, const Error&) {
                   AskSystem(failed);
                 }));
  }

  void AskSystem(const std::string& host) {
    ++asked_system_;
    const std::uint64_t id = Expect(host);
    system_.Ask(host, AnswerTo(host, id, [this](const std::string& failed, const Error& error) {
                  HandleFailure(failed, error);
                }));
  }

  std::uint64_t Expect(const std::string& host) {
    Question& question = questions_[host];
    loop_.Cancel(std::exchange(question.timeout, runtime::TimerId::kNone));
    return question.id = next_id_++;
  }

  // Comes on any thread, and maybe after this: the loop's executor is silent then.
  template <typename OnFailure>
  NameSource::Done AnswerTo(const std::string& host, std::uint64_t id, OnFailure on_failure) {
    return [this, on_loop = loop_.executor(), host, id, on_failure](Result<NameAnswer> answer) {
      on_loop([this, host, id, on_failure, answer = std::move(answer)] {
        const auto asked = questions_.find(host);
        if (asked == questions_.end() || asked->second.id != id) return;
        if (!answer) return on_failure(host, answer.error());
        if (answer->addresses.empty()) {
          return on_failure(host, Error{ErrorCode::kResolveFailed, host + ": no IP address"});
        }
        cache_.OnAnswer(host, *answer, runtime::Now());
        Finish(host, answer->addresses, std::nullopt);
      });
    };
  }

  void HandleFailure(const std::string& host, const Error& error) {
    cache_.OnFailure(host, runtime::Now());
    Finish(host, {}, error);
  }

  void Finish(const std::string& host, const std::vector<IpAddress>& fresh,
              const std::optional<Error>& error) {
    const auto asked = questions_.find(host);
    loop_.Cancel(asked->second.timeout);
    const auto waiters = std::move(asked->second.waiters);
    questions_.erase(asked);
    for (const Waiter& waiter : waiters) {
      if (!fresh.empty()) {
        waiter.done(fresh);
      } else if (!waiter.stale.empty()) {
        waiter.done(waiter.stale);
      } else {
        waiter.done(Fail(*error));
      }
    }
    AskDue();
  }

  void ServeStale(const std::string& host, std::uint64_t id) {
    const auto asked = questions_.find(host);
    if (asked == questions_.end()) return;
    auto& waiters = asked->second.waiters;
    for (auto waiter = waiters.begin(); waiter != waiters.end(); ++waiter) {
      if (waiter->id != id) continue;
      const Waiter served = std::move(*waiter);
      waiters.erase(waiter);
      return served.done(served.stale);
    }
  }

  const TimeDelta source_timeout_;
  const TimeDelta stale_wait_;
  runtime::Loop loop_{"onair.names"};
  NameCache cache_;
  std::shared_ptr<NameSource> source_;  // Null: the system alone.
  SystemSource system_;
  std::map<std::string, Question> questions_;
  bool is_closed_ = false;
  runtime::TimerId refresh_timer_ = runtime::TimerId::kNone;
  std::uint64_t next_id_ = 1;
  std::int64_t asked_source_ = 0;
  std::int64_t asked_system_ = 0;
};

Result<std::shared_ptr<NameService>> NameService::Create(const NameServiceConfig& config) {
  if (auto status = config.Validate(); !status) return Forward(status);
  auto core = std::make_shared<Core>(config);
  if (auto status = core->Start(); !status) return Forward(status);
  return std::shared_ptr<NameService>(new NameService(std::move(core)));
}

NameService::NameService(std::shared_ptr<Core> core) : core_(std::move(core)) {}

NameService::~NameService() {
  core_->Stop();
}

void NameService::Prefetch(const std::string& host) {
  if (IpAddress::Parse(host)) return;
  core_->Resolve(host, [](const Result<std::vector<IpAddress>>&) {});
}
void NameService::NetworkChanged() {
  core_->NetworkChanged();
}
NameServiceStats NameService::stats() const {
  return core_->stats();
}
std::shared_ptr<runtime::Resolver> NameService::resolver() const {
  return core_;
}

}  // namespace onair
