// SPDX-License-Identifier: Apache-2.0
//
// What apps are told, as plain data. Delivered on the app's executor.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>

#include "core/api/congestion_control.h"
#include "core/api/qos.h"
#include "core/base/result.h"
#include "core/media/encoded_frame.h"

namespace onair {

// Where the session of one destination stands.
enum class PublishState {
  kConnecting = 1,    // First connection under way.
  kLive = 2,          // The peer accepted the stream.
  kReconnecting = 3,  // Lost it; trying again by itself.
  kEnded = 4,         // Stopped, or given up: see the error.
};

// Why a session asks for its address anew: tokens in it may have expired.
enum class UrlReason {
  kReconnect = 1,  // The connection was lost.
  kHandOver = 2,   // A second connection while live.
  kRefused = 3,    // The server did not let it in. Without a new address that is the end where
                   // the error is not retryable.
};

// Where a player stands.
enum class PlayState {
  kConnecting = 1,    // First connection under way.
  kPlaying = 2,       // Pictures or sound are coming out.
  kStalled = 3,       // Nothing left to show; refilling.
  kReconnecting = 4,  // Lost it; trying again by itself.
  kEnded = 5,         // Stopped, over, or given up: see the error.
  // The publisher left; the stream goes on when one is back within
  // PlaySessionConfig::publisher_gap. What is buffered plays on.
  kAwaitingPublisher = 6,
  kPaused = 7,  // By Player::Pause(); the picture stands.
};

// One destination of a publisher changed its state. `error`: why, for kReconnecting and for
// a kEnded that was not asked for. `retry_in`: wait before the next attempt.
struct PublishStateEvent {
  std::size_t destination;                 // Index into the publisher's list of addresses.
  PublishState state;                      // The new one.
  std::optional<Error> error;              // Empty for kConnecting and kLive.
  TimeDelta retry_in = TimeDelta::Zero();  // Zero but for kReconnecting.
};
// A second connection was wanted and not had; the present one goes on. kLocalAddress: none can
// begin at the address that NetworkChanged() gave.
struct HandOverFailedEvent {
  std::size_t destination;
  Error error;
};
// The first picture of a destination left for its socket. Once for each.
struct FirstFrameSentEvent {
  std::size_t destination;  // As of PublishStateEvent.
  TimeDelta since_start;    // From Publisher::Start().
};
// Video frames were dropped before the socket because it is too slow; at most one event a
// second and destination.
struct FramesDroppedEvent {
  std::size_t destination;  // As of PublishStateEvent.
  std::int64_t frames;      // Since the last event.
};
// Whether the network carries the stream, were it at its lowest rate.
enum class NetworkQuality { kGood = 1, kPoor = 2 };
// What is the matter with a network that is kPoor.
enum class NetworkTrouble {
  kNone = 1,    // It is good again.
  kSlow = 2,    // It takes less than the lowest rate needs.
  kSilent = 3,  // Nothing has got through for a second or more.
};
// kPoor: for 2 s or more pictures had to be skipped; a viewer sees it. kGood: for 3 s none had.
// Good at first; a connection that is lost is told by PublishStateEvent alone.
struct NetworkQualityEvent {
  std::size_t destination;
  NetworkQuality quality;
  NetworkTrouble trouble;
};
// The video rate that the network of one destination takes, at first and when it moved by a
// tenth or more; at most one event a second.
struct RateChangedEvent {
  std::size_t destination;
  DataRate video_rate;
  cc::Cause cause;
};
// Who controls the rate of a destination from now on, by PublisherConfig::qos: at its start, and
// when the network's kind changed. `choice.controller` is the one in force.
struct QosChosenEvent {
  std::size_t destination;
  NetworkKind network;
  QosChoice choice;
};
// The peer of a destination takes no sound, so none is sent to it; pictures go on. Right after
// kLive of each connection that it is so on.
struct AudioRefusedEvent {
  std::size_t destination;
};
// A source ended or broke; the publisher repeats its last picture and sends silence.
struct SourceEndedEvent {
  std::optional<Error> error;
};
// A device that may be missing did not start; the others go on.
struct SourceSkippedEvent {
  Error error;
};
// Faces cannot be found: the detector did not open or failed. The stream goes on without them.
struct FacesFailedEvent {
  Error error;
};
// What a publisher tells its app.
using PublishEvent =
    std::variant<PublishStateEvent, HandOverFailedEvent, FirstFrameSentEvent, FramesDroppedEvent,
                 NetworkQualityEvent, RateChangedEvent, QosChosenEvent, AudioRefusedEvent,
                 SourceEndedEvent, SourceSkippedEvent, FacesFailedEvent>;

// The player changed its state.
struct PlayStateEvent {
  PlayState state;             // The new one.
  std::optional<Error> error;  // Why, for kReconnecting and for an end that was not asked for.
  // Wait before the next attempt; zero but for kReconnecting.
  TimeDelta retry_in = TimeDelta::Zero();
};
// The display said that the first picture is visible. Once.
struct FirstPictureEvent {
  TimeDelta since_start;  // From Player::Start().
};
// What the stream consists of became known, or changed.
struct TracksEvent {
  StreamTracks tracks;  // All of them.
};
// The sound device did not start; pictures go on.
struct SoundFailedEvent {
  Error error;
};
// Player::Seek() is done: its picture is on its way to the display. `error`: nothing moved.
struct SeekedEvent {
  TimeDelta position;          // Where playing goes on.
  std::optional<Error> error;  // kUnsupported, or what reading the file told.
};
// Player::TakeSnapshot() is done; without an error the file is there.
struct SnapshotEvent {
  std::string path;
  std::optional<Error> error;
};
// Where a recording of what is played stands.
enum class RecordingState {
  kBegan = 1,  // Its first frame is on its way to the file.
  kEnded = 2,  // The file is closed.
};
// Of a file of Player::StartRecording(). `error`, with kEnded: the file holds what came before it.
struct RecordingEvent {
  std::string path;
  RecordingState state;
  std::optional<Error> error;
};
// What the sender put beside a picture for apps (SEI user data, our stamp aside). Told in order of
// pts once it or a later picture is shown; lost with those of PlaySessionStats::frames_dropped.
struct StreamDataEvent {
  MediaTime pts;   // Of its picture.
  int kind;        // SEI payloadType: 4 registered by ITU-T T.35, 5 unregistered.
  Buffer payload;  // Of kind 5: a UUID of 16 bytes first.
};
// Another address of the same stream is played instead, or was tried to be.
enum class SwitchPhase {
  kBegan = 1,   // It is opened beside the one that plays.
  kDone = 2,    // It plays; what is shown went on.
  kFailed = 3,  // The one that played goes on. Without an error: there was no need any more.
};
// Why the player goes to another address.
enum class SwitchCause {
  kAsked = 1,      // By the app.
  kBandwidth = 2,  // The network carries more or less.
  kFallback = 3,   // The realtime stream does not come.
  kReturn = 4,     // It may come again.
};
// The player goes from one address of its stream to another, in the phases above.
struct SwitchEvent {
  SwitchPhase phase;                   // How far it is.
  SwitchCause cause;                   // The same in all phases of one switch.
  std::string url;                     // Where to.
  std::optional<Error> error;          // With kFailed: why.
  TimeDelta took = TimeDelta::Zero();  // Since kBegan.
};
// What a player tells its app.
using PlayEvent =
    std::variant<PlayStateEvent, FirstPictureEvent, TracksEvent, SoundFailedEvent, SeekedEvent,
                 SnapshotEvent, RecordingEvent, StreamDataEvent, SwitchEvent>;

}  // namespace onair
