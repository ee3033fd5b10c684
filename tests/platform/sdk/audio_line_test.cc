// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/audio_line.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "platform/runtime/mutex.h"
#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using sdk_test::Eventually;

// Notes what it is told.
class Noting final : public AudioEncoder {
 public:
  struct Told {
    runtime::Mutex mutex;
    std::vector<AudioTarget> targets ONAIR_GUARDED_BY(mutex);
  };
  explicit Noting(Told& told) : told_(told) {}

  Status Apply(const AudioTarget& target) override {
    const runtime::MutexLock lock(told_.mutex);
    told_.targets.push_back(target);
    return {};
  }
  Status Encode(const AudioBlock&, std::vector<EncodedFrame>&) override { return {}; }
  Status Flush(std::vector<EncodedFrame>&) override { return {}; }
  const AudioTrack& track() const override { return track_; }

 private:
  Told& told_;
  AudioTrack track_{AudioCodec::kOpus, {48'000, 1}, {}};
};

TEST_CASE("Encoders are told of losses as they change, with their rate") {
  Noting::Told told;
  std::vector<std::unique_ptr<AudioEncoder>> encoders;
  encoders.push_back(std::make_unique<Noting>(told));
  AudioLine line({.format = {48'000, 1},
                  .raw_sound = TimeDelta::Millis(500),
                  .encoders = std::move(encoders),
                  .rate = DataRate::KilobitsPerSec(48),
                  .deliver = [](EncodedFrame, AudioCodec) {},
                  .trace = &NullTrace()});
  SharedLine shared(runtime::Now());
  line.Start(shared);
  const auto has_told = [&](double loss) {
    const runtime::MutexLock lock(told.mutex);
    return !told.targets.empty() && told.targets.back().expected_loss == loss &&
           told.targets.back().rate == DataRate::KilobitsPerSec(48);
  };
  line.SetExpectedLoss(0.1);
  CHECK(Eventually([&] { return has_told(0.1); }));  // Silence is encoded too.
  line.SetExpectedLoss(0.104);                       // Less than a percent.
  line.SetExpectedLoss(0.0);
  CHECK(Eventually([&] { return has_told(0.0); }));
  line.Stop();
  const runtime::MutexLock lock(told.mutex);
  CHECK(told.targets.size() == 2);
}

}  // namespace
}  // namespace onair
