// SPDX-License-Identifier: Apache-2.0
//
// Cameras, microphones, speakers and displays of Apple systems on the Foundation face.
#import <OnairApple/ONAudioSession.h>
#import <OnairApple/ONBroadcastSampleHandler.h>
#import <OnairApple/ONCamera.h>
#import <OnairApple/ONPictureView.h>
#import <OnairApple/ONPixelBuffer.h>
#import <OnairApple/ONSampleBuffer.h>
#import <OnairApple/ONSoundDevice.h>
#import <OnairApple/ONWatches.h>
