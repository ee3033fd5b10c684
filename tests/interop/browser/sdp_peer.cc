// SPDX-License-Identifier: Apache-2.0
//
// Our half of a negotiation with a browser, for tests/interop.
//
// usage: onair-sdp-peer offer publish|play               our offer on stdout
//        onair-sdp-peer answer publish|play|publish-video < OFFER
//            our answer to a client of that role; publish-video: we take no sound
//        onair-sdp-peer agree publish|play OUR_OFFER < ANSWER
//            what we read of its answer, one line per fact; exit 1 with the reason otherwise
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "tests/transport/webrtc/local_sides.h"
#include "transport/webrtc/answer.h"
#include "transport/webrtc/negotiated_media.h"
#include "transport/webrtc/offer.h"

using namespace onair;
using namespace onair::webrtc;

namespace {

std::string ReadAll(std::istream& in) {
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

int Complain(const Error& error) {
  std::cerr << "onair-sdp-peer: " << ToString(error) << "\n";
  return 1;
}

// All that we can, so that the stranger sees all of it.
LocalDescription WithAll(LocalDescription local) {
  local.video_formats = {{VideoCodec::kH265, {}, 93},
                         {VideoCodec::kH264, {H264Profile::kConstrainedBaseline, 31}, 0}};
  local.video_fec = ForwardCorrection::kOn;
  local.data_port = 5000;
  return local;
}

int PrintOffer(bool is_publisher) {
  const auto offer = MakeOffer(WithAll(is_publisher ? Publishing() : Playing()));
  if (!offer) return Complain(offer.error());
  std::cout << PrintSdp(*offer);
  return 0;
}

int PrintAnswer(const std::string& role) {
  LocalDescription local = WithAll(role == "play" ? Serving() : Ingesting());
  if (role == "publish-video") local.audio = Direction::kInactive;
  const auto offer = ParseSdp(ReadAll(std::cin));
  if (!offer) return Complain(offer.error());
  const auto answer = MakeAnswer(*offer, local);
  if (!answer) return Complain(answer.error());
  const auto media = ReadNegotiated(*offer, *answer, Side::kAnswerer);
  if (!media) return Complain(media.error());
  std::cout << PrintSdp(*answer);
  return 0;
}

int PrintAgreement(const std::string& offer_file) {
  std::ifstream file(offer_file);
  const auto offer = ParseSdp(ReadAll(file));
  if (!offer) return Complain(offer.error());
  const auto answer = ParseSdp(ReadAll(std::cin));
  if (!answer) return Complain(answer.error());
  const auto media = ReadNegotiated(*offer, *answer, Side::kOfferer);
  if (!media) return Complain(media.error());
  if (media->audio) std::cout << "opus " << media->audio->payload_type << "\n";
  if (media->audio && media->audio->red_payload_type) std::cout << "red\n";
  if (media->video) {
    for (const NegotiatedVideoFormat& format : media->video->formats) {
      std::cout << (format.format.codec == VideoCodec::kH264 ? "h264 " : "h265 ")
                << format.payload_type << (format.rtx_payload_type ? " rtx" : "") << "\n";
    }
    if (media->video->feedback.has_transport_cc) std::cout << "transport-cc\n";
    if (media->video->extensions.has(rtp::ExtensionKind::kAbsCaptureTime)) {
      std::cout << "abs-capture-time\n";
    }
    if (media->video->extensions.has(rtp::ExtensionKind::kPlayoutDelay)) {
      std::cout << "playout-delay\n";
    }
  }
  if (media->data) std::cout << "data " << media->data->max_message_bytes << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const std::string role = argc > 2 ? argv[2] : "";
  const bool is_publisher = role == "publish";
  const bool is_answer = what == "answer" && argc == 3;
  if (is_answer && role == "publish-video") return PrintAnswer(role);
  if (is_publisher || role == "play") {
    if (what == "offer" && argc == 3) return PrintOffer(is_publisher);
    if (is_answer) return PrintAnswer(role);
    if (what == "agree" && argc == 4) return PrintAgreement(argv[3]);
  }
  std::cerr << "usage: onair-sdp-peer offer|answer|agree publish|play [OUR_OFFER]\n";
  return 2;
}
