// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/face_follower.h"

#include <catch2/catch.hpp>
#include <limits>
#include <set>

#include "tests/beauty/face/pictures.h"

using namespace onair;
using namespace onair::beauty;
using namespace onair::beauty::testing;

namespace {

Scene OneFace(float x, float y, float width = 0.15F) {
  Scene scene;
  scene.actors = {{{x, y, width, width * 2}, 7}};
  return scene;
}

Scene Empty(std::uint32_t place = 100) {
  Scene scene;
  scene.place = place;
  return scene;
}

float At(int i, float from, float per_picture) {
  return from + static_cast<float>(i) * per_picture;
}

}  // namespace

TEST_CASE("A follower's setting out of range is named") {
  FollowConfig every;
  every.detect_every = TimeDelta::Millis(32);
  FollowConfig hold;
  hold.hold = TimeDelta::Seconds(11);
  FollowConfig fade;
  fade.fade = TimeDelta::Millis(-1);

  CHECK(FollowConfig{}.Validate());
  CHECK(every.Validate().error().detail == "detect_every");
  CHECK(hold.Validate().error().detail == "hold");
  CHECK(fade.Validate().error().detail == "fade");
}

TEST_CASE("The first picture asks for a detection with a small copy of itself") {
  const auto format = GENERATE(PixelFormat::kI420, PixelFormat::kNv12);
  Scene scene = Empty();
  scene.size = {1280, 718};
  scene.format = format;
  FaceFollower follower;

  const auto followed = follower.Follow(Draw(scene, 0), MediaTime::Millis(40));

  REQUIRE(followed.request);
  CHECK(followed.request->pts == MediaTime::Millis(40));
  CHECK(followed.request->picture.size() == PictureSize{320, 180});
  CHECK(followed.request->picture.format() == format);
}

TEST_CASE("A face found while the first picture waits is there at once, in it and after it") {
  const Scene scene = OneFace(0.4F, 0.3F);
  FaceFollower follower;
  const auto first = follower.Follow(Draw(scene, 0), MediaTime::Zero());
  REQUIRE(first.request);
  CHECK(first.faces.empty());

  follower.OnDetections(MediaTime::Zero(), Truth(scene));
  const Faces again = follower.Again();
  REQUIRE(again.size() == 1);
  CHECK(again[0].presence == 1);
  CHECK(again[0].box.x == Approx(0.4F).margin(0.01));

  const auto second = follower.Follow(Draw(scene, 1), MediaTime::Millis(33));
  REQUIRE(second.faces.size() == 1);
  CHECK(second.faces[0].presence == 1);
}

TEST_CASE("A face found while a later picture waits still fades in") {
  const Scene scene = OneFace(0.4F, 0.3F);
  FaceFollower follower;
  static_cast<void>(follower.Follow(Draw(scene, 0), MediaTime::Zero()));
  static_cast<void>(follower.Follow(Draw(scene, 1), MediaTime::Millis(33)));
  follower.OnDetections(MediaTime::Zero(), Truth(scene));
  CHECK(follower.Again().empty());

  const auto third = follower.Follow(Draw(scene, 2), MediaTime::Millis(66));
  REQUIRE(third.faces.size() == 1);
  CHECK(third.faces[0].presence < 0.2F);
}

TEST_CASE("Before the first picture there are no faces to show again") {
  CHECK(FaceFollower().Again().empty());
}

TEST_CASE("A new face fades in over ten pictures") {
  Play play([](int) { return OneFace(0.4F, 0.3F); });

  float last = 0;
  int rising = 0;
  for (int i = 0; i < 14; ++i) {
    const Faces faces = play.Next();
    const float presence = faces.empty() ? 0 : faces[0].presence;
    CHECK(presence - last < 0.15F);
    rising += presence > last;
    last = presence;
  }

  CHECK(last == 1.0F);
  CHECK(rising >= 9);
  CHECK(rising <= 11);
}

TEST_CASE("A still face under camera noise and a straying detector stands perfectly still") {
  Rng rng(1);
  Play play([](int) {
    Scene scene = OneFace(0.4F, 0.3F);
    scene.noise = 6;
    return scene;
  });
  play.critic = [&](const Scene& scene, int) { return Truth(scene, &rng, 0.015F); };
  const Faces first = play.Skip(40);
  REQUIRE(first.size() == 1);

  int changes = 0;
  for (int i = 0; i < 100; ++i) changes += play.Next() != first;

  CHECK(changes == 0);
}

TEST_CASE("A moving face is followed between detections that come late") {
  const int late = GENERATE(0, 3, 9);
  const auto director = [](int i) { return OneFace(At(i, 0.05F, 0.006F), At(i, 0.5F, -0.003F)); };
  Play play(director, late);
  play.Skip(late + 2);

  for (int i = 0; i < 90; ++i) {
    const FaceBox truth = director(play.number()).actors[0].box;
    const Faces faces = play.Next();
    REQUIRE(faces.size() == 1);
    INFO("picture " << play.number() << ", " << late << " late");
    CHECK(Overlap(faces[0].box, truth) > 0.72F);
    CHECK(faces[0].id == 1);
  }
}

TEST_CASE("A face found late is shown where it is by now") {
  const auto director = [](int i) { return OneFace(At(i, 0.1F, 0.01F), 0.3F); };
  Play play(director, 6);

  Faces faces;
  while (faces.empty() && play.number() < 20) faces = play.Next();

  REQUIRE(faces.size() == 1);
  CHECK(Overlap(faces[0].box, director(play.number() - 1).actors[0].box) > 0.8F);
}

TEST_CASE("A face that comes nearer grows with its box") {
  const auto director = [](int i) {
    return OneFace(0.4F - At(i, 0, 0.001F), 0.2F, At(i, 0.1F, 0.002F));
  };
  Play play(director, 4);
  play.Skip(8);

  for (int i = 0; i < 60; ++i) {
    const FaceBox truth = director(play.number()).actors[0].box;
    const Faces faces = play.Next();
    REQUIRE(faces.size() == 1);
    CHECK(Overlap(faces[0].box, truth) > 0.7F);
  }
}

TEST_CASE("Landmarks travel with the face") {
  const auto director = [](int i) { return OneFace(At(i, 0.1F, 0.006F), 0.3F); };
  Play play(director, 5);
  play.Skip(8);

  for (int i = 0; i < 60; ++i) {
    const FaceBox box = director(play.number()).actors[0].box;
    const Faces faces = play.Next();
    REQUIRE(faces.size() == 1);
    REQUIRE(faces[0].landmarks);
    const FaceLandmarks truth = LandmarksIn(box);
    CHECK(std::abs(faces[0].landmarks->left_eye.x - truth.left_eye.x) < 0.08F * box.width);
    CHECK(std::abs(faces[0].landmarks->right_mouth_corner.y - truth.right_mouth_corner.y) <
          0.08F * box.height);
  }
}

TEST_CASE("A lost face is held for a second and fades out over ten pictures") {
  Play play([](int i) { return i < 30 ? OneFace(0.4F, 0.3F) : Empty(); });
  const Faces before = play.Skip(30);
  REQUIRE(before.size() == 1);

  int held = 0;
  int faded = 0;
  for (int i = 0; i < 80; ++i) {
    const Faces faces = play.Next();
    if (faces.empty()) break;
    CHECK(faces[0].id == before[0].id);
    (faces[0].presence == 1 ? held : faded) += 1;
  }

  CHECK(held >= 28);
  CHECK(held <= 36);
  CHECK(faded >= 8);
  CHECK(faded <= 10);
}

TEST_CASE("A face that comes back while it is held keeps its id and never flickers") {
  Play play([](int i) { return i < 30 || i > 50 ? OneFace(0.4F, 0.3F) : Empty(); });
  play.Skip(20);

  for (int i = 0; i < 80; ++i) {
    const Faces faces = play.Next();
    REQUIRE(faces.size() == 1);
    CHECK(faces[0].id == 1);
    CHECK(faces[0].presence == 1.0F);
  }
}

TEST_CASE("A hand before a face does not carry the face away") {
  // The hand comes from the left, stays a moment on the face and goes on to the right.
  const auto director = [](int i) {
    Scene scene = OneFace(0.4F, 0.3F);
    const float x = i < 45 ? At(i, -0.5F, 0.02F) : At(i - 45, 0.4F, 0.02F);
    scene.actors.push_back({{x, 0.25F, 0.2F, 0.45F}, 99, false});
    return scene;
  };
  Play play(director, 3);
  play.critic = [](const Scene& scene, int) {
    const FaceBox& hand = scene.actors[1].box;
    const bool is_hidden = std::abs(hand.x - 0.4F) < 0.15F;
    return is_hidden ? std::vector<DetectedFace>{} : Truth(scene);
  };
  play.Skip(20);

  for (int i = 0; i < 60; ++i) {
    const Faces faces = play.Next();
    REQUIRE(faces.size() == 1);
    INFO("picture " << play.number());
    CHECK(faces[0].id == 1);
    CHECK(Overlap(faces[0].box, {0.4F, 0.3F, 0.15F, 0.3F}) > 0.5F);
  }
}

TEST_CASE("A face that leaves the picture goes with its box over the border and fades") {
  Play play([](int i) { return OneFace(At(i, 0.6F, 0.01F), 0.3F); });
  play.critic = [](const Scene& scene, int) {
    return scene.actors[0].box.x > 0.9F ? std::vector<DetectedFace>{} : Truth(scene);
  };
  const Faces before = play.Skip(20);
  REQUIRE(before.size() == 1);

  float rightmost = 0;
  int shown = 0;
  Faces faces = before;
  for (; !faces.empty() && shown < 100; ++shown) {
    rightmost = std::max(rightmost, faces[0].box.x + faces[0].box.width);
    CHECK(faces[0].box.x < 1.1F);
    faces = play.Next();
  }

  CHECK(rightmost > 1.0F);
  CHECK(shown < 70);
}

TEST_CASE("Two faces that pass each other keep their ids") {
  const auto director = [](int i) {
    Scene scene;
    scene.actors = {{{At(i, 0.1F, 0.008F), 0.3F, 0.14F, 0.28F}, 7},
                    {{At(i, 0.75F, -0.008F), 0.35F, 0.17F, 0.34F}, 31}};
    return scene;
  };
  Play play(director, 2);
  // The one behind is not seen while it is mostly covered.
  play.critic = [](const Scene& scene, int) {
    auto found = Truth(scene);
    if (std::abs(scene.actors[0].box.x - scene.actors[1].box.x) < 0.11F) found.erase(found.begin());
    return found;
  };
  const Faces before = play.Skip(20);
  REQUIRE(before.size() == 2);
  const std::uint32_t front = before[0].id;  // The larger one.
  const std::uint32_t behind = before[1].id;

  const Faces after = play.Skip(65);

  REQUIRE(after.size() == 2);
  const auto boxes = director(play.number() - 1).actors;
  CHECK(after[0].id == front);
  CHECK(Overlap(after[0].box, boxes[1].box) > 0.6F);
  CHECK(after[1].id == behind);
  CHECK(Overlap(after[1].box, boxes[0].box) > 0.6F);
}

TEST_CASE("A cut drops the old faces within four pictures and asks at once") {
  Play play([](int i) {
    if (i < 40) return OneFace(0.4F, 0.3F);
    Scene scene = OneFace(0.1F, 0.2F);
    scene.place = 555;
    scene.actors[0].looks = 77;
    return scene;
  });
  play.Skip(40);
  const int asked_before = static_cast<int>(play.asked_at.size());

  const Faces at_cut = play.Next();
  REQUIRE(static_cast<int>(play.asked_at.size()) == asked_before + 1);
  CHECK(play.asked_at.back() == 40);
  CHECK(at_cut.at(0).presence < 0.8F);

  const Faces after = play.Skip(4);
  REQUIRE(after.size() == 1);
  CHECK(after[0].id == 2);
  CHECK(after[0].box.x < 0.2F);
  CHECK(play.follower.stats().cuts == 1);
}

TEST_CASE("What was found before a cut does not come through it") {
  Play play([](int i) { return i < 3 ? OneFace(0.4F, 0.3F) : Empty(555); }, 5);

  int shown = 0;
  for (int i = 0; i < 30; ++i) shown += static_cast<int>(play.Next().size());

  CHECK(shown == 0);
  CHECK(play.follower.stats().ignored == 1);
}

TEST_CASE("A flash is no cut and no face is lost by it") {
  Play play([](int i) {
    Scene scene = OneFace(0.4F, 0.3F);
    scene.noise = i % 40 == 39 ? 60 : 2;
    return scene;
  });
  play.Skip(20);

  for (int i = 0; i < 80; ++i) {
    const Faces faces = play.Next();
    REQUIRE(faces.size() == 1);
    CHECK(faces[0].presence == 1.0F);
  }
  CHECK(play.follower.stats().cuts == 0);
}

TEST_CASE("A detector that fails leaves pictures without faces and is asked ever more rarely") {
  Play play([](int) { return OneFace(0.4F, 0.3F); });
  play.critic = [](const Scene&, int) { return std::nullopt; };

  int shown = 0;
  for (int i = 0; i < 300; ++i) shown += static_cast<int>(play.Next().size());

  CHECK(shown == 0);
  CHECK(play.asked_at.size() >= 3);
  CHECK(play.asked_at.size() <= 6);
  CHECK(play.follower.stats().failed == play.follower.stats().asked);
}

TEST_CASE("A detector that fails later on lets its faces go in good order") {
  Play play([](int) { return OneFace(0.4F, 0.3F); });
  play.critic = [](const Scene& scene, int i) {
    return i < 30 ? std::optional(Truth(scene)) : std::nullopt;
  };
  REQUIRE(play.Skip(30).size() == 1);

  CHECK(play.Skip(90).empty());
}

TEST_CASE("A detector that never answers is asked again after two seconds") {
  FaceFollower follower;
  std::vector<int> asked_at;
  for (int i = 0; i < 150; ++i) {
    const auto pts = MediaTime::Micros(i * 33'333LL);
    if (follower.Follow(Draw(OneFace(0.4F, 0.3F), i), pts).request) asked_at.push_back(i);
  }

  REQUIRE(asked_at.size() == 3);
  CHECK(asked_at[1] - asked_at[0] == 61);
  CHECK(follower.stats().failed == 2);
}

TEST_CASE("Of fifty faces the sixteen largest are followed, largest first") {
  const auto director = [](int) {
    Scene scene;
    scene.size = {320, 320};
    for (int i = 0; i < 50; ++i) {
      const float side = 0.06F + 0.001F * static_cast<float>(i);
      scene.actors.push_back({{0.02F + 0.12F * static_cast<float>(i % 8),
                               0.02F + 0.13F * static_cast<float>(i / 8), side, side},
                              static_cast<std::uint32_t>(i)});
    }
    return scene;
  };
  Play play(director);

  const Faces faces = play.Skip(20);

  REQUIRE(faces.size() == kMaxFaces);
  std::set<std::uint32_t> ids;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    ids.insert(faces[i].id);
    CHECK(faces[i].box.width > 0.085F);
    if (i > 0) CHECK(faces[i].box.width <= faces[i - 1].box.width);
  }
  CHECK(ids.size() == kMaxFaces);
}

TEST_CASE("Faces that are no faces are left out and counted") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  FaceFollower follower;
  const Picture picture = Draw(OneFace(0.4F, 0.3F), 0);
  static_cast<void>(follower.Follow(picture, MediaTime::Zero()));
  std::vector<DetectedFace> found{{{nan, 0.1F, 0.2F, 0.2F}, std::nullopt, 0.9F},
                                  {{0.1F, inf, 0.2F, 0.2F}, std::nullopt, 0.9F},
                                  {{0.1F, 0.1F, 0, 0.2F}, std::nullopt, 0.9F},
                                  {{0.1F, 0.1F, 0.2F, -1}, std::nullopt, 0.9F},
                                  {{0.1F, 0.1F, 1e30F, 0.2F}, std::nullopt, 0.9F},
                                  {{0.1F, 0.1F, 0.2F, 0.2F}, std::nullopt, nan}};
  DetectedFace blind{{0.4F, 0.3F, 0.15F, 0.3F}, FaceLandmarks{}, 0.9F};
  blind.landmarks->nose_tip = {nan, nan};
  found.push_back(blind);

  follower.OnDetections(MediaTime::Zero(), found);
  const auto followed = follower.Follow(picture, MediaTime::Millis(33));

  CHECK(follower.stats().unusable_faces == 6);
  REQUIRE(followed.faces.size() == 1);
  CHECK_FALSE(followed.faces[0].landmarks);
  CHECK(Overlap(followed.faces[0].box, blind.box) > 0.999F);
}

TEST_CASE("An answer nobody asked for is ignored") {
  FaceFollower follower;
  const Picture picture = Draw(OneFace(0.4F, 0.3F), 0);
  static_cast<void>(follower.Follow(picture, MediaTime::Zero()));

  follower.OnDetections(MediaTime::Millis(7), Truth(OneFace(0.4F, 0.3F)));
  follower.OnDetectionFailed(MediaTime::Millis(8));

  CHECK(follower.Follow(picture, MediaTime::Millis(33)).faces.empty());
  CHECK(follower.stats().ignored == 2);
  CHECK(follower.stats().failed == 0);
}

TEST_CASE("A face the detector doubts is shown only when it is seen again") {
  Play play([](int) { return OneFace(0.4F, 0.3F); });
  play.critic = [](const Scene& scene, int) {
    auto found = Truth(scene);
    found[0].confidence = 0.7F;
    return found;
  };

  Faces faces;
  while (faces.empty() && play.number() < 30) faces = play.Next();

  REQUIRE(faces.size() == 1);
  CHECK(play.asked_at.size() == 2);
}

TEST_CASE("A false face seen once is never shown") {
  Play play([](int) { return Empty(); });
  play.critic = [](const Scene&, int i) {
    std::vector<DetectedFace> found;
    if (i == 0) found.push_back({{0.4F, 0.3F, 0.1F, 0.2F}, std::nullopt, 0.72F});
    return found;
  };

  int shown = 0;
  for (int i = 0; i < 60; ++i) shown += static_cast<int>(play.Next().size());

  CHECK(shown == 0);
}

TEST_CASE("Detections are rarer the less there is to see") {
  Play still([](int) { return OneFace(0.4F, 0.3F); });
  Play moving([](int i) { return OneFace(0.4F + 0.05F * std::sin(At(i, 0, 0.1F)), 0.3F); });
  Play nothing([](int) { return Empty(); });
  for (Play* play : {&still, &moving, &nothing}) static_cast<void>(play->Skip(150));

  CHECK(moving.asked_at.size() >= 24);
  CHECK(moving.asked_at.size() <= 30);
  CHECK(still.asked_at.size() <= 10);
  CHECK(nothing.asked_at.size() <= 7);
}

TEST_CASE("Somebody who walks into an empty picture is looked for at once") {
  Play play([](int i) { return i < 50 ? Empty() : OneFace(0.4F, 0.3F); });
  play.Skip(50);

  Faces faces;
  while (faces.empty() && play.number() < 90) faces = play.Next();

  CHECK(play.number() - 50 <= 8);
}

TEST_CASE("Another resolution of the same scene keeps its faces") {
  Play play([](int i) {
    Scene scene = OneFace(0.4F, 0.3F);
    scene.size = i < 30 ? PictureSize{256, 144} : PictureSize{1280, 720};
    return scene;
  });
  play.Skip(30);

  for (int i = 0; i < 10; ++i) {
    const Faces faces = play.Next();
    REQUIRE(faces.size() == 1);
    CHECK(faces[0].id == 1);
    CHECK(faces[0].presence == 1.0F);
    CHECK(Overlap(faces[0].box, {0.4F, 0.3F, 0.15F, 0.3F}) > 0.8F);
  }
}

TEST_CASE("A turned source is another scene") {
  Play play([](int i) {
    Scene scene = OneFace(0.4F, 0.3F);
    if (i >= 30) scene.size = {180, 320};
    return scene;
  });
  play.Skip(30);

  CHECK(play.Next().empty());
  CHECK(play.asked_at.back() == 30);
  CHECK(play.Skip(3).at(0).id == 2);
}

TEST_CASE("Pictures of any size are taken one after the other") {
  FaceFollower follower;
  std::int64_t ms = 0;
  for (const Picture& picture : AwkwardPictures()) {
    for (int i = 0; i < 3; ++i) {
      const auto pts = MediaTime::Millis(ms += 33);
      const auto followed = follower.Follow(picture, pts);
      if (followed.request) follower.OnDetections(pts, Truth(OneFace(0.8F, 0.8F, 0.4F)));
    }
  }

  CHECK(follower.stats().broken == 0);
  CHECK(follower.stats().answered > 0);
}

TEST_CASE("Pts that leap or go back do no harm") {
  FaceFollower follower;
  const Picture picture = Draw(OneFace(0.4F, 0.3F), 0);
  Faces faces;
  std::int64_t i = 0;
  for (const std::int64_t ms : {0LL, 33LL, 1LL, 1LL, 4'000'000'000LL, -5'000'000LL, 66LL, 99LL}) {
    const auto followed = follower.Follow(picture, MediaTime::Millis(ms));
    if (followed.request) follower.OnDetections(MediaTime::Millis(ms), Truth(OneFace(0.4F, 0.3F)));
    faces = followed.faces;
    ++i;
  }

  REQUIRE(faces.size() == 1);
  CHECK(faces[0].presence == 1.0F);
}

TEST_CASE("The same pictures and detections give the same faces") {
  const auto run = [] {
    Play play([](int i) { return OneFace(At(i, 0.05F, 0.006F), 0.3F); }, 3);
    std::vector<Faces> all;
    for (int i = 0; i < 60; ++i) all.push_back(play.Next());
    return all;
  };

  CHECK(run() == run());
}
