// SPDX-License-Identifier: Apache-2.0
//
// All of the Foundation face. What needs Apple's frameworks stands in OnairApple.h.
#import <Onair/ONConfiguration.h>
#import <Onair/ONEffects.h>
#import <Onair/ONEncodedMedia.h>
#import <Onair/ONError.h>
#import <Onair/ONPicture.h>
#import <Onair/ONPlayer.h>
#import <Onair/ONPreloadPool.h>
#import <Onair/ONPublisher.h>
#import <Onair/ONStatistics.h>
#import <Onair/ONTrackConfiguration.h>
