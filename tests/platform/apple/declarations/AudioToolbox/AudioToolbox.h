// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CoreFoundation/CoreFoundation.h>

typedef uint32_t AudioFormatFlags;
typedef struct AudioTimeStamp AudioTimeStamp;

struct AudioStreamBasicDescription {
  double mSampleRate;
  uint32_t mFormatID;
  AudioFormatFlags mFormatFlags;
  uint32_t mBytesPerPacket;
  uint32_t mFramesPerPacket;
  uint32_t mBytesPerFrame;
  uint32_t mChannelsPerFrame;
  uint32_t mBitsPerChannel;
  uint32_t mReserved;
};
struct AudioBuffer {
  uint32_t mNumberChannels;
  uint32_t mDataByteSize;
  void* mData;
};
struct AudioBufferList {
  uint32_t mNumberBuffers;
  AudioBuffer mBuffers[1];
};

extern "C" {
extern const AudioFormatFlags kAudioFormatFlagIsFloat;
extern const AudioFormatFlags kAudioFormatFlagIsBigEndian;
extern const AudioFormatFlags kAudioFormatFlagIsNonInterleaved;
}
