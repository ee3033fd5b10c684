// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/face_follower.h"

#include <catch2/catch.hpp>

#include "tests/beauty/face/stage.h"

using namespace onair;
using namespace onair::beauty;
using namespace onair::beauty::testing;

namespace {

Scene OneFace(float x, float y, float width = 0.15F) {
  Scene scene;
  scene.actors = {{{x, y, width, width * 2}, 7}};
  return scene;
}

}  // namespace

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
