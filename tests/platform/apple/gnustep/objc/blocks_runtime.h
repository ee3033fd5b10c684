// SPDX-License-Identifier: Apache-2.0
//
// Where GNUstep looks for the block header of another runtime.
#include <Block.h>
