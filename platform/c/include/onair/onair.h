/* SPDX-License-Identifier: Apache-2.0
 *
 * Onair in C: the binary interface that stays, and the base on which other languages bind.
 * Read base.h for the rules that hold for every call.
 */
#ifndef ONAIR_H
#define ONAIR_H

#include "onair/base.h"
#include "onair/media.h"
#include "onair/player.h"
#include "onair/preload.h"
#include "onair/publisher.h"

#endif
