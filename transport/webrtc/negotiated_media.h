// SPDX-License-Identifier: Apache-2.0
//
// What an offer and its answer mean to the session of one side.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "transport/ice/candidate.h"
#include "transport/ice/credentials.h"
#include "transport/rtp/audio_depacketizer.h"
#include "transport/rtp/header_extensions.h"
#include "transport/rtp/opus_payload.h"
#include "transport/webrtc/local_description.h"
#include "transport/webrtc/sdp.h"

namespace onair::webrtc {

// rtcp-fb that both sides know.
struct NegotiatedFeedback {
  bool has_nack = false;
  bool has_pli = false;
  bool has_fir = false;
  bool has_transport_cc = false;
  bool has_remb = false;

  bool operator==(const NegotiatedFeedback&) const = default;
};

// What the peer's ssrc lines say of the stream that it sends.
struct PeerSource {
  std::uint32_t ssrc = 0;
  std::optional<std::uint32_t> rtx_ssrc;
  std::optional<std::uint32_t> fec_ssrc;
  std::string cname;

  bool operator==(const PeerSource&) const = default;
};

struct NegotiatedTrack {
  std::string mid;
  bool is_sent = false;      // By us.
  bool is_received = false;  // By us.
  bool is_rtcp_reduced_size = false;
  rtp::ExtensionMap extensions;
  NegotiatedFeedback feedback;
  std::optional<PeerSource> peer_source;  // Peers need not tell it before they send.
};

struct NegotiatedAudio : NegotiatedTrack {
  int payload_type = 0;
  // Opus, unless we only take sound and the answer has AAC alone.
  rtp::AudioPacking packing = rtp::AudioPacking::kOpus;
  int clock_rate = rtp::kOpusClockRate;
  Bytes latm_config;                    // StreamMuxConfig, with kLatmInSdp.
  std::optional<int> red_payload_type;  // RFC 2198 around it.
  bool wants_inband_fec = false;        // The peer does.
  bool takes_stereo = false;            // The peer does.
};

// A form in which pictures may be sent or come.
struct NegotiatedVideoFormat {
  VideoFormat format;  // With the level that the peer states.
  int payload_type = 0;
  std::optional<int> rtx_payload_type;

  bool operator==(const NegotiatedVideoFormat&) const = default;
};

// Pictures in RED with ULPFEC among them, where the peer may send such.
struct NegotiatedVideoRed {
  int payload_type = 0;
  std::optional<int> rtx_payload_type;
  int ulpfec_payload_type = 0;

  bool operator==(const NegotiatedVideoRed&) const = default;
};

struct NegotiatedVideo : NegotiatedTrack {
  std::vector<NegotiatedVideoFormat> formats;  // At least one; the first is the one to send.
  std::optional<int> fec_payload_type;         // FlexFEC-03.
  std::optional<NegotiatedVideoRed> red;       // To be read.
};

struct NegotiatedData {
  int peer_port = 0;                    // SCTP.
  std::uint64_t max_message_bytes = 0;  // That the peer takes; 0: any size.

  bool operator==(const NegotiatedData&) const = default;
};

struct NegotiatedMedia {
  ice::Credentials peer_credentials;
  std::vector<ice::Candidate> peer_candidates;
  bool is_peer_lite = false;
  bool has_all_candidates = false;             // The peer has no more, or cannot tell later.
  bool is_controlling = false;                 // Our side of ICE (RFC 8445 section 6.1.1).
  bool begins_dtls = false;                    // Our side is the client.
  std::vector<Fingerprint> peer_fingerprints;  // By SHA-2 only; at least one.

  std::optional<NegotiatedAudio> audio;  // Those that are sent or received.
  std::optional<NegotiatedVideo> video;
  std::optional<NegotiatedData> data;
};

enum class Side { kOfferer = 1, kAnswerer = 2 };  // Ours.

// kSdpMalformed: the answer's sections are not the offer's, no credentials. kSdpIncompatible,
// kSdpInsecure: as in answer.h. kSdpIncompatible too where nothing would flow.
Result<NegotiatedMedia> ReadNegotiated(const Sdp& offer, const Sdp& answer, Side ours);

}  // namespace onair::webrtc
