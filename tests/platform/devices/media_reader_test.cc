// SPDX-License-Identifier: Apache-2.0
//
// Files that FFmpeg made, read back.
#include "platform/devices/media_reader.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/platform/devices/skip.h"

namespace onair::devices {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / "onair-media-XXXXXX") {
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  ~Folder() { fs::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

const std::string kPicture = "-f lavfi -i testsrc2=s=320x180:r=30 ";
const std::string kSound = "-f lavfi -i sine=f=440:r=48000 ";
const std::string kH264 = "-c:v libx264 -preset ultrafast -bf 2 -g 30 -pix_fmt yuv420p ";
const std::string kAac = "-c:a aac -ac 2 ";

bool Ffmpeg(const std::string& arguments) {
  return std::system(("ffmpeg -v error -nostdin -y " + arguments + " </dev/null").c_str()) == 0;
}

// Three seconds in each container: 90 pictures with B frames, a key frame each second.
std::string MakeClip(const Folder& folder, const std::string& name, const std::string& more = "") {
  const std::string path = folder / name;
  REQUIRE(Ffmpeg(kPicture + kSound + "-t 3 " + kH264 + kAac + more + path));
  return path;
}

const std::atomic<bool> kGoOn{false};

struct Read {
  std::unique_ptr<MediaReader> reader;
  std::vector<EncodedFrame> video;
  std::vector<EncodedFrame> audio;
  std::vector<StreamTracks> changes;
  std::optional<Error> error;

  explicit Read(const std::string& path) {
    auto opened = OpenMediaReader({.url = path}, kGoOn);
    if (!opened) {
      error = opened.error();
      return;
    }
    reader = std::move(*opened);
  }
  // To the end, or `most` items.
  Read& All(int most = 100'000) {
    for (int i = 0; i < most; ++i) {
      auto item = reader->Read();
      if (!item) {
        error = item.error();
        return *this;
      }
      if (!*item) return *this;
      if (auto* frame = std::get_if<EncodedFrame>(&**item)) {
        (frame->track() == TrackKind::kVideo ? video : audio).push_back(*frame);
      } else {
        changes.push_back(std::get<StreamTracks>(**item));
      }
    }
    return *this;
  }
};

TEST_CASE("Every container gives all pictures and sound, in our forms, from zero on") {
  if (!HasProgram("ffmpeg")) return SkipTest("ffmpeg is not installed");
  const Folder folder;
  for (const std::string name : {"a.mp4", "a.flv", "a.mkv", "a.ts", "a.mov", "a.m3u8"}) {
    INFO(name);
    Read read("file:" + MakeClip(folder, name));
    REQUIRE(read.reader);
    const MediaInfo& info = read.reader->info();
    REQUIRE(info.tracks.video);
    REQUIRE(info.tracks.audio);
    CHECK(info.tracks.video->size == PictureSize{320, 180});
    CHECK(info.tracks.audio->format == AudioFormat{48000, 2});
    CHECK(info.reorder_depth == 2);
    CHECK(info.kind == (name == "a.m3u8" ? MediaKind::kHls : MediaKind::kFile));
    REQUIRE(info.duration);
    CHECK(info.duration->seconds_f() == Approx(3.0).margin(0.1));
    read.All();
    CHECK_FALSE(read.error);
    CHECK(read.video.size() == 90);
    CHECK(read.audio.size() >= 139);
    std::set<std::int64_t> shown;
    for (std::size_t i = 0; i < read.video.size(); ++i) {
      const EncodedFrame& frame = read.video[i];
      CHECK(frame.is_key() == (i % 30 == 0));
      CHECK(frame.dts <= frame.pts);
      // Matroska has no dts: the first ones are guesses.
      if (i > (name == "a.mkv" ? 3 : 0)) CHECK(frame.dts >= read.video[i - 1].dts);
      shown.insert(frame.pts.us());
    }
    CHECK(shown.size() == 90);
    CHECK(*shown.begin() >= 0);
    CHECK(*shown.begin() < 100'000);
    CHECK(*shown.rbegin() - *shown.begin() == Approx(89e6 / 30).margin(2000));
  }
}

TEST_CASE("A seek gives the key frame at or before the place") {
  if (!HasProgram("ffmpeg")) return SkipTest("ffmpeg is not installed");
  const Folder folder;
  for (const std::string name : {"a.mp4", "a.mkv", "a.flv", "a.m3u8"}) {
    INFO(name);
    Read read(MakeClip(folder, name, name == "a.m3u8" ? "-hls_time 1 -hls_list_size 0 " : ""));
    REQUIRE(read.reader);
    read.All(40);
    for (const double place : {2.5, 0.0, 1.2}) {
      INFO(place);
      REQUIRE(read.reader->Seek(TimeDelta::SecondsF(place)));
      read.video.clear();
      read.All(20);
      REQUIRE_FALSE(read.video.empty());
      const EncodedFrame& first = read.video.front();
      CHECK(first.is_key());
      CHECK((first.pts - MediaTime::Zero()).seconds_f() == Approx(std::floor(place)).margin(0.1));
    }
  }
}

TEST_CASE("Files with one track only, and with a turned picture, are told as they are") {
  if (!HasProgram("ffmpeg")) return SkipTest("ffmpeg is not installed");
  const Folder folder;
  const std::string video = folder / "video.mp4";
  const std::string audio = folder / "audio.m4a";
  const std::string turned = folder / "turned.mp4";
  REQUIRE(Ffmpeg(kPicture + "-t 1 " + kH264 + video));
  REQUIRE(Ffmpeg(kSound + "-t 1 " + kAac + audio));
  REQUIRE(Ffmpeg("-i " + video + " -c copy -metadata:s:v rotate=90 " + turned));

  Read of_video(video);
  REQUIRE(of_video.reader);
  CHECK_FALSE(of_video.reader->info().tracks.audio);
  CHECK(of_video.All().video.size() == 30);
  Read of_audio(audio);
  REQUIRE(of_audio.reader);
  CHECK_FALSE(of_audio.reader->info().tracks.video);
  CHECK(of_audio.All().audio.size() >= 46);
  Read of_turned(turned);
  REQUIRE(of_turned.reader);
  // FFmpeg's "rotate" is counterclockwise there (ffprobe: rotation=90).
  CHECK(of_turned.reader->info().rotation == Rotation::k270);
  CHECK(of_video.reader->info().rotation == Rotation::k0);
}

TEST_CASE("H.265 and Opus are read as well, other codecs are not") {
  if (!HasProgram("ffmpeg")) return SkipTest("ffmpeg is not installed");
  const Folder folder;
  const std::string hevc = folder / "a.mkv";
  REQUIRE(Ffmpeg(kPicture + kSound +
                 "-t 1 -c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p "
                 "-c:a libopus -ac 2 " +
                 hevc));
  Read read(hevc);
  REQUIRE(read.reader);
  REQUIRE(read.reader->info().tracks.video);
  CHECK(read.reader->info().tracks.video->codec == VideoCodec::kH265);
  REQUIRE(read.reader->info().tracks.audio);
  CHECK(read.reader->info().tracks.audio->codec == AudioCodec::kOpus);
  CHECK(read.All().video.size() == 30);

  const std::string other = folder / "b.mkv";
  REQUIRE(Ffmpeg(kPicture + "-t 1 -c:v mpeg4 " + other));
  CHECK(Read(other).error->code == ErrorCode::kNothingToPlay);
}

TEST_CASE("What is no media, is missing or cut off is told apart") {
  const Folder folder;
  CHECK(Read(folder / "none.mp4").error->code == ErrorCode::kFileNotFound);
  CHECK(Read(folder / "none.m3u8").error->code == ErrorCode::kFileNotFound);
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder / name) << text;
    return folder / name;
  };
  CHECK(Read(write("empty.mp4", "")).error->code == ErrorCode::kNotMedia);
  CHECK(Read(write("text.mp4", "Dear diary,\nnothing happened.\n")).error->code ==
        ErrorCode::kNotMedia);
  CHECK(Read(write("bad.m3u8", "no list")).error->code == ErrorCode::kNotMedia);
  // A playlist under another name is none: it could name any file.
  CHECK(Read(write("list.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n/etc/passwd\n"))
            .error->code == ErrorCode::kNotMedia);
  CHECK(Read(folder / "").error->code == ErrorCode::kNotMedia);
  CHECK(Read("ftp://host/a.mp4").error->code == ErrorCode::kUnsupported);
  CHECK(Read("http://host/a.mp4").error->code == ErrorCode::kUnsupported);

  if (!HasProgram("ffmpeg")) return SkipTest("ffmpeg is not installed");
  const std::string clip = MakeClip(folder, "whole.mp4");
  fs::copy(clip, folder / "cut.mp4");
  fs::resize_file(folder / "cut.mp4", fs::file_size(clip) / 2);  // Its index stood at the end.
  CHECK(Read(folder / "cut.mp4").error->code == ErrorCode::kFileMalformed);

  const std::string ready = MakeClip(folder, "ready.mp4", "-movflags +faststart ");
  fs::resize_file(ready, fs::file_size(ready) * 2 / 3);
  Read half(ready);
  REQUIRE(half.reader);
  half.All();
  CHECK(half.video.size() > 30);
  CHECK(half.video.size() < 85);
  REQUIRE(half.error);
  CHECK(half.error->code == ErrorCode::kFileMalformed);
}

TEST_CASE("A server that is not there, and a stop, are told") {
  const std::atomic<bool> stopping{true};
  const auto opened = OpenMediaReader({.url = "http://127.0.0.1:9/a.m3u8"}, stopping);
  REQUIRE_FALSE(opened);
  CHECK((opened.error().code == ErrorCode::kTimeout ||
         opened.error().code == ErrorCode::kConnectRefused));
  const auto refused = OpenMediaReader({.url = "http://127.0.0.1:9/a.m3u8"}, kGoOn);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kConnectRefused);
}

}  // namespace
}  // namespace onair::devices
