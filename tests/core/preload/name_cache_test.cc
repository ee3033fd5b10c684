// SPDX-License-Identifier: Apache-2.0
#include "core/preload/name_cache.h"

#include <catch2/catch.hpp>

namespace onair::preload {
namespace {

using Freshness = NameCache::Freshness;

constexpr Timestamp kStart = Timestamp::Micros(1'000'000);
const std::vector<IpAddress> kHere{IpAddress::V4(192, 0, 2, 1)};
const std::vector<IpAddress> kThere{IpAddress::V4(192, 0, 2, 2)};

constexpr TimeDelta Sec(std::int64_t s) {
  return TimeDelta::Seconds(s);
}

NameAnswer Answer(const std::vector<IpAddress>& addresses, std::int64_t ttl_s) {
  return {addresses, Sec(ttl_s)};
}

TEST_CASE("An unknown name is asked for once, however many want it") {
  NameCache cache({});

  const auto first = cache.Lookup("live.example", kStart);
  const auto second = cache.Lookup("live.example", kStart);

  CHECK(first.freshness == Freshness::kNone);
  CHECK(first.should_ask);
  CHECK_FALSE(second.should_ask);
  CHECK(second.is_asked);
}

TEST_CASE("An answer serves for exactly its lifetime") {
  NameCache cache({});
  static_cast<void>(cache.Lookup("live.example", kStart));
  cache.OnAnswer("live.example", Answer(kHere, 100), kStart);

  const auto before = cache.Lookup("live.example", kStart + Sec(100) - TimeDelta::Micros(1));
  const auto after = cache.Lookup("live.example", kStart + Sec(100));

  CHECK(before.freshness == Freshness::kFresh);
  CHECK(before.addresses == kHere);
  CHECK_FALSE(before.should_ask);
  CHECK(after.freshness == Freshness::kStale);
  CHECK(after.should_ask);
}

TEST_CASE("Lifetimes are brought into their bounds, and a silent source gets the default") {
  NameCacheConfig config;
  config.least_ttl = Sec(5);
  config.most_ttl = Sec(50);
  config.unknown_ttl = Sec(20);
  const struct {
    std::optional<TimeDelta> said;
    TimeDelta kept;
  } cases[] = {
      {Sec(0), Sec(5)}, {Sec(7), Sec(7)}, {Sec(1'000'000), Sec(50)}, {std::nullopt, Sec(20)}};
  for (const auto& one : cases) {
    NameCache cache(config);
    cache.OnAnswer("a", {kHere, one.said}, kStart);
    CHECK(cache.Lookup("a", kStart + one.kept - TimeDelta::Micros(1)).freshness ==
          Freshness::kFresh);
    CHECK(cache.Lookup("a", kStart + one.kept).freshness == Freshness::kStale);
  }
}

TEST_CASE("A name in use is asked again before it expires, so that nobody waits for it") {
  NameCache cache({});
  static_cast<void>(cache.Lookup("live.example", kStart));
  cache.OnAnswer("live.example", Answer(kHere, 100), kStart);

  CHECK(cache.wake_at() == kStart + Sec(75));
  CHECK(cache.TakeDue(kStart + Sec(74)).empty());
  CHECK(cache.TakeDue(kStart + Sec(75)) == std::vector<std::string>{"live.example"});
  CHECK(cache.TakeDue(kStart + Sec(75)).empty());
  cache.OnAnswer("live.example", Answer(kThere, 100), kStart + Sec(76));

  const auto found = cache.Lookup("live.example", kStart + Sec(150));
  CHECK(found.freshness == Freshness::kFresh);
  CHECK(found.addresses == kThere);
  CHECK(cache.stats().refreshes == 1);
}

TEST_CASE("However short its lifetime a name is not asked ahead more than once a second") {
  NameCacheConfig config;
  config.least_ttl = Sec(0);
  NameCache cache(config);
  static_cast<void>(cache.Lookup("a", kStart));
  int asked = 0;
  cache.OnAnswer("a", {kHere, TimeDelta::Millis(1)}, kStart);
  for (Timestamp now = kStart; now < kStart + Sec(10); now = now + TimeDelta::Millis(1)) {
    if (cache.TakeDue(now).empty()) continue;
    ++asked;
    cache.OnAnswer("a", {kHere, TimeDelta::Millis(1)}, now);
  }
  CHECK(asked >= 8);
  CHECK(asked <= 10);
}

TEST_CASE("A name that nobody wants any more is not asked again") {
  NameCacheConfig config;
  config.keep_fresh = Sec(60);
  NameCache cache(config);
  static_cast<void>(cache.Lookup("live.example", kStart));
  cache.OnAnswer("live.example", Answer(kHere, 100), kStart);

  CHECK(cache.TakeDue(kStart + Sec(75)).empty());
  CHECK(cache.wake_at() == Timestamp::PlusInfinity());
}

TEST_CASE("While its source fails a stale answer serves, and the source has its rest") {
  NameCacheConfig config;
  config.recheck_after = Sec(30);
  NameCache cache(config);
  static_cast<void>(cache.Lookup("a", kStart));
  cache.OnAnswer("a", Answer(kHere, 10), kStart);
  CHECK(cache.Lookup("a", kStart + Sec(10)).should_ask);
  cache.OnFailure("a", kStart + Sec(10));

  const auto soon = cache.Lookup("a", kStart + Sec(39));
  CHECK(soon.freshness == Freshness::kStale);
  CHECK(soon.addresses == kHere);
  CHECK_FALSE(soon.should_ask);
  CHECK(cache.Lookup("a", kStart + Sec(40)).should_ask);
}

TEST_CASE("A stale answer ends with its time, and then a failure keeps nobody from asking") {
  NameCacheConfig config;
  config.stale_for = Sec(100);
  NameCache cache(config);
  cache.OnAnswer("a", Answer(kHere, 10), kStart);
  CHECK(cache.Lookup("a", kStart + Sec(109)).freshness == Freshness::kStale);
  cache.OnFailure("a", kStart + Sec(109));

  const auto found = cache.Lookup("a", kStart + Sec(110));
  CHECK(found.freshness == Freshness::kNone);
  CHECK(found.addresses.empty());
  CHECK(found.should_ask);
}

TEST_CASE("An answer without addresses takes nothing away") {
  NameCache cache({});
  cache.OnAnswer("a", Answer(kHere, 10), kStart);
  cache.OnAnswer("a", Answer({}, 10), kStart + Sec(20));

  CHECK(cache.Lookup("a", kStart + Sec(21)).addresses == kHere);
  CHECK(cache.stats().failures == 1);
}

TEST_CASE("On another network what is known serves as stale only, and is asked again at once") {
  NameCache cache({});
  static_cast<void>(cache.Lookup("a", kStart));
  cache.OnAnswer("a", Answer(kHere, 100), kStart);

  cache.OnNetworkChanged(kStart + Sec(1));

  CHECK(cache.TakeDue(kStart + Sec(1)) == std::vector<std::string>{"a"});
  CHECK(cache.Lookup("a", kStart + Sec(1)).freshness == Freshness::kStale);
}

TEST_CASE("A question of the old network is asked again on the new one") {
  NameCache cache({});
  static_cast<void>(cache.Lookup("a", kStart));
  cache.OnAnswer("a", Answer(kHere, 100), kStart);
  REQUIRE(cache.TakeDue(kStart + Sec(76)) == std::vector<std::string>{"a"});
  REQUIRE(cache.TakeDue(kStart + Sec(76)).empty());

  cache.OnNetworkChanged(kStart + Sec(76));

  CHECK(cache.TakeDue(kStart + Sec(76)) == std::vector<std::string>{"a"});
}

TEST_CASE("Of more names than fit, the one asked for longest ago goes") {
  NameCacheConfig config;
  config.names = 2;
  NameCache cache(config);
  for (const char* host : {"a", "b"}) {
    static_cast<void>(cache.Lookup(host, kStart));
    cache.OnAnswer(host, Answer(kHere, 1000), kStart);
  }
  static_cast<void>(cache.Lookup("a", kStart + Sec(1)));
  static_cast<void>(cache.Lookup("c", kStart + Sec(2)));

  CHECK(cache.stats().names == 2);
  CHECK(cache.stats().evictions == 1);
  CHECK(cache.Lookup("a", kStart + Sec(3)).freshness == Freshness::kFresh);
}

TEST_CASE("Settings of the name cache outside their range are refused by name") {
  const auto refused = [](const NameCacheConfig& config) {
    const Status status = config.Validate();
    return status ? std::string() : status.error().detail;
  };
  CHECK(refused({}).empty());
  CHECK(refused({.unknown_ttl = Sec(0)}) == "names.unknown_ttl");
  CHECK(refused({.least_ttl = Sec(3601)}) == "names.least_ttl");
  CHECK(refused({.most_ttl = Sec(1)}) == "names.most_ttl");
  CHECK(refused({.keep_fresh = -Sec(1)}) == "names.keep_fresh");
  CHECK(refused({.stale_for = Sec(8 * 24 * 3600)}) == "names.stale_for");
  CHECK(refused({.stale_wait = Sec(11)}) == "names.stale_wait");
  CHECK(refused({.recheck_after = Sec(3601)}) == "names.recheck_after");
  CHECK(refused({.names = 0}) == "names.names");
}

}  // namespace
}  // namespace onair::preload
