// SPDX-License-Identifier: Apache-2.0
//
// The program itself, at real edges: what it shows is read back from its dump, what is heard from
// its report.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "capture/synthetic/stamp.h"
#include "tests/platform/devices/child_process.h"
#include "tests/platform/sdk/stamped_source.h"
#include "tests/support/paths.h"
#include "tests/support/wake_meter.h"

namespace onair::samples {
namespace {

using namespace sdk_test;
using Json = nlohmann::json;

// Of raw pictures as onair-play writes them.
std::vector<std::uint32_t> NumbersIn(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string header;
  std::getline(file, header);
  auto made = PictureBuilder::Allocate(PixelFormat::kI420, kStamped);
  REQUIRE(made);
  const Plane luma = made->plane(0);
  const Picture picture = std::move(*made).Freeze();
  std::vector<char> rows(kStamped.width * kStamped.height);
  std::vector<std::uint32_t> numbers;
  for (std::string mark; std::getline(file, mark) && mark == "FRAME";) {
    file.read(rows.data(), static_cast<std::streamsize>(rows.size()));
    file.ignore(static_cast<std::streamsize>(rows.size() / 2));
    if (!file) break;
    for (int y = 0; y < kStamped.height; ++y) {
      std::memcpy(luma.data + y * luma.stride_bytes, rows.data() + y * kStamped.width,
                  kStamped.width);
    }
    if (const auto stamp = capture::ReadStamp(picture)) numbers.push_back(stamp->frame_number);
  }
  return numbers;
}

// onair-play, headless.
class Program {
 public:
  explicit Program(std::vector<std::string> words) {
    const std::string folder = testing::BinaryDir();
    dump_ = folder + "/switch_run.y4m";
    report_ = folder + "/switch_run.json";
    std::remove(report_.c_str());
    words.insert(words.begin(), folder + "/bin/onair-play");
    for (const char* word : {"--headless", "--quiet", "--buffer", "smooth", "--dump"}) {
      words.emplace_back(word);
    }
    words.insert(words.end(), {dump_, "--report", report_});
    auto started = devices::ChildProcess::Start(words);
    REQUIRE(started);
    child_.emplace(std::move(*started));
  }
  ~Program() { std::remove(dump_.c_str()); }

  Json Finish() {
    REQUIRE(Eventually([&] { return !child_->is_running(); }, TimeDelta::Seconds(60)));
    std::ifstream file(report_);
    REQUIRE(file);
    numbers_ = NumbersIn(dump_);
    return Json::parse(file);
  }
  const std::vector<std::uint32_t>& numbers() const { return numbers_; }

  // None out of order, none twice but from the publisher. How many are missing.
  std::int64_t ExpectInOrder(const Source& source) const {
    REQUIRE(numbers_.size() > 30);
    std::int64_t twice = 0, missing = 0;
    for (std::size_t i = 1; i < numbers_.size(); ++i) {
      INFO("behind " << numbers_[i - 1]);
      REQUIRE(numbers_[i] >= numbers_[i - 1]);
      if (numbers_[i] == numbers_[i - 1]) ++twice;
      missing += std::max<std::int64_t>(numbers_[i] - numbers_[i - 1], 1) - 1;
    }
    CHECK(twice <= source.repeated());
    return missing;
  }

 private:
  std::string dump_, report_;
  std::optional<devices::ChildProcess> child_;
  std::vector<std::uint32_t> numbers_;
};

// What a busy machine made of it before or behind the player.
std::int64_t Lost(const Json& report, const Source& source) {
  return report["frames"]["dropped"].get<std::int64_t>() + source.skipped();
}

// WebRTC has 20 ms of sound ahead. A busy machine may hold it up at the microphone, the edge, in
// the player and at the loudspeaker, each time as long as it holds up any thread.
void ExpectUnbrokenSound(const Json& report, const onair::testing::WakeMeter& machine) {
  INFO("a thread was woken " << machine.worst().ms_f() << " ms late");
  CHECK(report["longest_audio_gap_ms"] <= 20 + 4 * machine.worst().ms_f());
}

TEST_CASE("onair-play changes its quality by the clock without losing a picture or a sound") {
  EdgeHost edge;
  Source source({edge.rtmp("high"), edge.rtmp("low")});
  Program play({edge.flv("high"), "--qualities", edge.flv("high") + "," + edge.flv("low"),
                "--switch-at", "2=" + edge.flv("low"), "--duration", "6"});
  const Json report = play.Finish();
  CHECK(play.ExpectInOrder(source) <= Lost(report, source));
  CHECK(report["error"].is_null());
  CHECK(report["switches"] == 1);
  CHECK(report["switches_failed"] == 0);
  CHECK(report["fallbacks"] == 0);
  CHECK(report["url_at_end"] == edge.flv("low"));
  REQUIRE(report["switch_rows"].size() == 1);
  CHECK(report["switch_rows"][0]["cause"] == "asked");
  CHECK(report["switch_rows"][0]["url"] == edge.flv("low"));
  CHECK(report["duration_s"] >= 5.9);
  CHECK(report["longest_audio_gap_ms"] <= 20);
}

TEST_CASE("onair-play goes from WebRTC to HTTP-FLV and back without losing a picture or a sound") {
  EdgeHost edge;
  Source source({edge.rtmp("room")}, AudioCodec::kOpus);
  Program play({edge.rts("room"), "--no-fallback", "--qualities",
                edge.rts("room") + "," + edge.flv("room"), "--switch-at", "3=" + edge.flv("room"),
                "--switch-at", "11=" + edge.rts("room"), "--duration", "18"});
  onair::testing::WakeMeter machine;
  const Json report = play.Finish();
  INFO(report["switch_rows"].dump(1));
  CHECK(report["error"].is_null());
  CHECK(report["switches"] == 2);
  CHECK(report["switches_failed"] == 0);
  CHECK(play.ExpectInOrder(source) <= Lost(report, source));
  ExpectUnbrokenSound(report, machine);
}

TEST_CASE("onair-play goes on over HTTP-FLV when WebRTC dies, and back when it lives again") {
  EdgeHost edge;
  auto realtime = std::make_unique<EdgeHost>();
  const edge::Ports ports = realtime->ports();
  Source source({edge.rtmp("room"), realtime->rtmp("room")}, AudioCodec::kOpus);
  Program play({realtime->rts("room"), "--fallback", edge.flv("room"), "--duration", "18"});
  onair::testing::WakeMeter machine;
  REQUIRE(Eventually([&] { return realtime->stats().viewers_rtc == 1; }));
  REQUIRE_FALSE(Eventually([&] { return false; }, TimeDelta::Seconds(3)));  // It plays a while.
  realtime.reset();
  REQUIRE(Eventually([&] { return edge.stats().viewers_flv == 1; }));
  realtime = std::make_unique<EdgeHost>(edge::EdgeConfig{}, ports);

  const Json report = play.Finish();
  INFO(report["switch_rows"].dump(1));
  CHECK(report["error"].is_null());
  CHECK(report["fallbacks"] == 1);
  CHECK(report["switches"] == 2);
  CHECK(report["url_at_end"] == realtime->rts("room"));
  // Silence is noticed within a quarter of a second, and what is buffered outlasts it.
  ExpectUnbrokenSound(report, machine);
  CHECK(play.ExpectInOrder(source) <= Lost(report, source));
}

TEST_CASE("onair-play ends where neither WebRTC nor what it may fall back to is there") {
  EdgeHost edge;
  Program play({edge.rts("absent"), "--publisher-gap", "0", "--fallback", edge.flv("absent"),
                "--duration", "30"});
  const Timestamp begin = runtime::Now();
  const Json report = play.Finish();
  CHECK(runtime::Now() - begin < TimeDelta::Seconds(25));
  CHECK_FALSE(report["error"].is_null());
}

}  // namespace
}  // namespace onair::samples
