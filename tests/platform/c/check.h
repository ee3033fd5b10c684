/* SPDX-License-Identifier: Apache-2.0
 *
 * What the C programs say: a line for each claim that does not hold, and how many did.
 */
#ifndef ONAIR_TESTS_CHECK_H
#define ONAIR_TESTS_CHECK_H

#include <onair/onair.h>
#include <stdio.h>
#include <string.h>

/* Also of callbacks. */
static _Atomic int checks_passed = 0;
static _Atomic int checks_failed = 0;

static int check_that(int holds, const char* claim, int line) {
  if (holds) {
    ++checks_passed;
  } else {
    ++checks_failed;
    printf("line %d: not so: %s (last error: %s)\n", line, claim, onair_last_error()->text);
  }
  return holds;
}
#define CHECK(claim) check_that((claim) != 0, #claim, __LINE__)

/* The call fails with this code, and its error names this; NULL: whatever. */
static void check_error(onair_code got, onair_code code, const char* detail, int line) {
  const onair_error* error = onair_last_error();
  if (got == code && error->code == code && (!detail || strcmp(error->detail, detail) == 0)) {
    ++checks_passed;
    return;
  }
  ++checks_failed;
  printf("line %d: wanted %s \"%s\", got %s \"%s\"\n", line, onair_code_name(code),
         detail ? detail : "", onair_code_name(got), error->detail);
}
#define CHECK_ERROR(call, code, detail) check_error((call), (code), (detail), __LINE__)

static int end_of_checks(void) {
  printf("%d checks passed, %d failed\n", checks_passed, checks_failed);
  return checks_failed == 0 && checks_passed > 0 ? 0 : 1;
}

#endif
