// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/play_recording.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/base/byte_reader.h"
#include "platform/devices/open_recorder.h"
#include "tests/platform/sdk/sdk_world.h"
#include "tests/support/record_wire.h"

namespace onair {
namespace {

using namespace sdk_test;
using enum FrameKind;
namespace fs = std::filesystem;

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / "onair-recording-XXXXXX") {
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  ~Folder() { fs::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

struct Rig {
  Folder folder;
  Events<RecordingEvent> events;
  PlayRecording recording;

  using Watch = std::function<void(const RecordingEvent&)>;
  explicit Rig(
      PlayRecording::Open open = devices::OpenRecorder, Watch watch = [](const auto&) {})
      : recording(
            [listener = events.listener(), watch = std::move(watch)](RecordingEvent e) {
              watch(e);
              listener(e);
            },
            std::move(open)) {}

  void Push(FrameKind kind, std::int64_t dts_ms) {
    recording.Push(wire::MakeFrame(kind, dts_ms, 100));
  }
  // A key frame and nine more, 40 ms apart.
  void PushGop(std::int64_t from_ms) {
    for (int i = 0; i < 10; ++i) Push(i == 0 ? kKey : kReference, from_ms + 40 * i);
  }
  void Finish() {
    recording.Stop();
    REQUIRE(recording.WaitUntilClosed(runtime::Now() + kPatience));
  }
};

// A disk that takes nothing until it is freed.
struct Disk {
  runtime::Mutex mutex;
  runtime::CondVar changed;
  bool is_free ONAIR_GUARDED_BY(mutex) = false;
  std::vector<EncodedFrame> written ONAIR_GUARDED_BY(mutex);

  void Free() {
    {
      const runtime::MutexLock lock(mutex);
      is_free = true;
    }
    changed.NotifyAll();
  }
  std::vector<EncodedFrame> Written() {
    const runtime::MutexLock lock(mutex);
    return written;
  }
};

class SlowRecorder final : public Recorder {
 public:
  explicit SlowRecorder(std::shared_ptr<Disk> disk) : disk_(std::move(disk)) {}
  Status SetTracks(const StreamTracks&) override { return {}; }
  Status Write(const EncodedFrame& frame) override {
    const runtime::MutexLock lock(disk_->mutex);
    while (!disk_->is_free) disk_->changed.Wait(disk_->mutex);
    disk_->written.push_back(frame);
    return {};
  }
  Status Close() override { return {}; }

 private:
  std::shared_ptr<Disk> disk_;
};

PlayRecording::Open Onto(const std::shared_ptr<Disk>& disk) {
  return [disk](const std::string&) -> Result<std::unique_ptr<Recorder>> {
    return std::unique_ptr<Recorder>(std::make_unique<SlowRecorder>(disk));
  };
}

// The times of a file's tags of a type that hold a frame.
std::vector<std::int64_t> TagTimes(const std::string& path, int wanted) {
  std::ifstream file(path, std::ios::binary);
  const Bytes bytes{std::istreambuf_iterator<char>(file), {}};
  ByteReader reader(bytes);
  reader.Skip(13);
  std::vector<std::int64_t> times;
  while (reader.remaining() >= 15) {
    const int type = reader.U8();
    const std::size_t size = reader.U24();
    const std::uint32_t low = reader.U24();
    const std::uint32_t high = reader.U8();
    reader.Skip(3);
    const ByteView body = reader.Take(size);
    reader.Skip(4);
    const bool is_frame = type == wanted && body.size() > 1 && body[1] == 1;
    if (is_frame) times.push_back(static_cast<std::int64_t>(high << 24 | low));
  }
  return times;
}

std::vector<std::int64_t> VideoTimes(const std::string& path) {
  return TagTimes(path, 9);
}

std::vector<RecordingEvent> Ended(const std::vector<RecordingEvent>& events) {
  std::vector<RecordingEvent> ended;
  for (const auto& event : events) {
    if (event.state == RecordingState::kEnded) ended.push_back(event);
  }
  return ended;
}

TEST_CASE("A recording of what is played begins at the next key frame and has all from there on") {
  Rig rig;
  rig.recording.SetTracks(wire::MakeTracks(true, false));
  REQUIRE(rig.recording.Start(rig.folder / "clip.flv"));
  for (int i = 0; i < 5; ++i) rig.Push(kReference, 40 * i);
  rig.PushGop(200);
  rig.Finish();

  const auto times = VideoTimes(rig.folder / "clip.flv");
  REQUIRE(times.size() == 10);
  CHECK(times.front() == 0);
  CHECK(times.back() == 360);
  const auto events = rig.events.all();
  REQUIRE(events.size() == 2);
  CHECK(events[0].state == RecordingState::kBegan);
  CHECK(events[1].state == RecordingState::kEnded);
  CHECK_FALSE(events[1].error);
  CHECK(rig.recording.counts().frames == 10);
}

TEST_CASE("A jump of the times is none in the recording") {
  Rig rig;
  rig.recording.SetTracks(wire::MakeTracks(true, false));
  REQUIRE(rig.recording.Start(rig.folder / "clip.flv"));
  rig.PushGop(10'000);
  rig.recording.Jump();
  rig.Push(kReference, 2'000);  // Nothing to decode it by.
  rig.PushGop(3'000);
  rig.Finish();

  CHECK(rig.recording.counts().dropped == 1);
  const auto times = VideoTimes(rig.folder / "clip.flv");
  REQUIRE(times.size() == 20);
  for (std::size_t i = 1; i < times.size(); ++i) {
    CHECK(times[i] > times[i - 1]);
    CHECK(times[i] - times[i - 1] <= 40);
  }
}

TEST_CASE("Another decoder configuration begins the next part of a recording") {
  Rig rig;
  StreamTracks tracks = wire::MakeTracks(true, false);
  rig.recording.SetTracks(tracks);
  REQUIRE(rig.recording.Start(rig.folder / "clip.flv"));
  rig.PushGop(0);
  rig.recording.SetTracks(tracks);  // Said again: no other.
  rig.PushGop(400);
  Bytes other(tracks.video->config.view().begin(), tracks.video->config.view().end());
  other.back() ^= 1;
  tracks.video->config = Buffer::Own(std::move(other));
  rig.recording.SetTracks(tracks);
  rig.Push(kReference, 800);
  rig.PushGop(840);
  rig.Finish();

  CHECK(VideoTimes(rig.folder / "clip.flv").size() == 20);
  CHECK(VideoTimes(rig.folder / "clip-2.flv").size() == 10);
  CHECK(Ended(rig.events.all()).size() == 2);
}

TEST_CASE("Sound of a recording begins where it has no holes") {
  Rig rig;
  rig.recording.SetTracks(wire::MakeTracks(true, true));
  REQUIRE(rig.recording.Start(rig.folder / "clip.flv"));
  rig.Push(kKey, 0);
  rig.Push(kAudio, 0);  // Then a hole, as a player makes it that joins.
  for (int i = 0; i < 40; ++i) {
    if (i != 5) rig.Push(kAudio, 600 + 20 * i);
  }
  rig.Finish();

  const auto times = TagTimes(rig.folder / "clip.flv", 8);
  REQUIRE_FALSE(times.empty());
  CHECK(times.front() >= 600 + 20 * 10);
  CHECK(times.front() <= 600 + 20 * 18);
  for (std::size_t i = 1; i < times.size(); ++i) CHECK(times[i] - times[i - 1] == 20);
  CHECK(times.back() == 600 + 20 * 39);
}

TEST_CASE("A recording that cannot be written ends with its reason, and another may begin") {
  Rig rig;
  rig.recording.SetTracks(wire::MakeTracks(true, false));
  CHECK(rig.recording.Start(rig.folder / "clip.avi").error().code == ErrorCode::kUnsupported);
  REQUIRE(rig.recording.Start(rig.folder / "no/clip.flv"));
  CHECK(rig.recording.Start(rig.folder / "clip.flv").error().code == ErrorCode::kInvalidState);
  rig.PushGop(0);
  REQUIRE(rig.events.Wait([](const RecordingEvent& e) { return e.error.has_value(); }));
  CHECK(rig.events.all().size() == 1);
  CHECK(rig.events.all()[0].error->code == ErrorCode::kFileNotFound);

  REQUIRE(rig.recording.Start(rig.folder / "clip.flv"));
  rig.PushGop(1'000);
  rig.Finish();
  CHECK(VideoTimes(rig.folder / "clip.flv").size() == 10);
}

TEST_CASE("The counters of recordings never go back, and are whole when the end is told") {
  const auto disk = std::make_shared<Disk>();
  Rig* told = nullptr;
  std::atomic<std::int64_t> counted{-1};
  Rig rig(Onto(disk), [&](const RecordingEvent& event) {
    if (event.state == RecordingState::kEnded) counted = told->recording.counts().frames;
  });
  told = &rig;
  rig.recording.SetTracks(wire::MakeTracks(true, false));
  REQUIRE(rig.recording.Start(rig.folder / "clip.flv"));
  rig.Push(kKey, 0);
  while (rig.recording.counts().dropped == 0) rig.Push(kReference, 40);

  rig.recording.Stop();  // The file is still being written.
  CHECK(rig.recording.counts().dropped == 1);
  disk->Free();
  REQUIRE(rig.recording.WaitUntilClosed(runtime::Now() + kPatience));
  CHECK(counted == static_cast<std::int64_t>(disk->Written().size()));
  CHECK(rig.recording.counts().frames == counted);
  CHECK(rig.recording.counts().dropped == 1);
}

TEST_CASE("All pictures that a slow disk costs a recording are counted, and sound goes on") {
  const auto disk = std::make_shared<Disk>();
  Rig rig(Onto(disk));
  rig.recording.SetTracks(wire::MakeTracks(true, true));
  REQUIRE(rig.recording.Start(rig.folder / "clip.flv"));
  int pushed = 0;
  std::int64_t at = 0;
  const auto push = [&](FrameKind kind) {
    rig.Push(kind, at += 20);
    if (kind != kAudio) ++pushed;
  };
  push(kKey);
  while (rig.recording.counts().dropped == 0) {
    REQUIRE(pushed < 5'000);
    push(kReference);
  }
  for (int i = 0; i < 30; ++i) push(kReference);  // Nothing to decode them by.
  CHECK(rig.recording.counts().dropped == 31);

  disk->Free();
  REQUIRE(Eventually([&] { return rig.recording.counts().frames == pushed - 31; }));
  const std::int64_t sound_from = at;
  for (int i = 0; i < 20; ++i) push(kAudio);
  push(kReference);
  push(kKey);
  push(kReference);
  rig.Finish();

  CHECK(rig.recording.counts().dropped == 32);
  CHECK(rig.recording.counts().frames == pushed - 32);
  int sound = 0;
  for (const auto& frame : disk->Written()) {
    if (frame.track() == TrackKind::kAudio && frame.dts > MediaTime::Millis(sound_from)) ++sound;
  }
  CHECK(sound >= 5);  // It began within the 20: the first frames in a row tell that it flows.
}

TEST_CASE("A full disk ends a recording with its reason") {
  if (!fs::exists("/dev/full")) return;
  Rig rig;
  fs::create_symlink("/dev/full", rig.folder / "clip.flv");
  rig.recording.SetTracks(wire::MakeTracks(true, false));
  REQUIRE(rig.recording.Start(rig.folder / "clip.flv"));
  rig.PushGop(0);
  REQUIRE(rig.events.Wait([](const RecordingEvent& e) { return e.error.has_value(); }));
  CHECK(Ended(rig.events.all())[0].error->code == ErrorCode::kDiskFull);
}

TEST_CASE("A stream that changes with every key frame does not fill the folder") {
  Rig rig;
  StreamTracks tracks = wire::MakeTracks(true, false);
  REQUIRE(rig.recording.Start(rig.folder / "clip.flv"));
  for (int i = 0; i < PlayRecording::kMostParts + 5; ++i) {
    Bytes config(tracks.video->config.view().begin(), tracks.video->config.view().end());
    config.back() = static_cast<std::uint8_t>(i);
    tracks.video->config = Buffer::Own(std::move(config));
    rig.recording.SetTracks(tracks);
    rig.Push(kKey, 40 * i);
  }
  rig.Finish();

  const auto ended = Ended(rig.events.all());
  int limits = 0;
  for (const auto& event : ended) limits += event.error ? 1 : 0;
  CHECK(limits == 1);
  CHECK(static_cast<int>(ended.size()) == PlayRecording::kMostParts + 1);
}

}  // namespace
}  // namespace onair
