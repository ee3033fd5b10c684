// SPDX-License-Identifier: Apache-2.0
#include "core/twin/world.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace onair::twin {

World::World(Timestamp start, std::uint64_t seed) : now_(start), seed_(seed), rng_(seed) {}

// Tasks may own alarms, which need a whole world to die in.
World::~World() {
  for (Slot& slot : slots_) slot.task = nullptr;
}

void World::At(Timestamp at, std::string_view name, Task task) {
  Arm(TakeSlot(name, std::move(task), Slot::Use::kOnce), at);
}

void World::RunUntil(Timestamp end) {
  while (!has_failed_ && RunNext(end)) {
  }
  if (!has_failed_) now_ = std::max(now_, end);
}

bool World::RunUntilQuiet(TimeDelta limit) {
  const Timestamp end = now_ + limit;
  while (!has_failed_ && RunNext(end)) {
  }
  return std::all_of(slots_.begin(), slots_.end(),
                     [](const Slot& slot) { return !slot.due.is_finite(); });
}

void World::Fail(std::string_view reason) {
  if (has_failed_) return;
  has_failed_ = true;
  const std::string report = Report(reason);
  if (on_stuck_) return on_stuck_(report);
  std::fprintf(stderr, "%s\n", report.c_str());
  std::abort();
}

std::uint32_t World::TakeSlot(std::string_view name, Task task, Slot::Use use) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  free_.pop_back();
  Slot& slot = slots_[index];
  slot.task = std::move(task);
  slot.name = name;
  slot.use = use;
  return index;
}

void World::FreeSlot(std::uint32_t index) {
  Slot& slot = slots_[index];
  slot.task = nullptr;
  slot.due = slot.queued_at = Timestamp::PlusInfinity();
  slot.use = Slot::Use::kFree;
  ++slot.generation;
  free_.push_back(index);
}

// Only a move to an earlier moment needs a new entry: the entry of the earlier moment finds
// the slot moved and queues it again.
void World::Arm(std::uint32_t index, Timestamp at) {
  Slot& slot = slots_[index];
  slot.due = at.is_finite() ? std::max(at, now_) : Timestamp::PlusInfinity();
  slot.order = next_order_++;
  if (slot.due < slot.queued_at) Push(index);
}

void World::Push(std::uint32_t index) {
  Slot& slot = slots_[index];
  slot.queued_at = slot.due;
  heap_.push_back({slot.due, slot.order, index, ++slot.generation});
  std::push_heap(heap_.begin(), heap_.end());
}

bool World::RunNext(Timestamp end) {
  if (heap_.empty() || heap_.front().at > end) return false;
  std::pop_heap(heap_.begin(), heap_.end());
  const Entry entry = heap_.back();
  heap_.pop_back();
  Slot& slot = slots_[entry.slot];
  if (entry.generation != slot.generation) return true;
  slot.queued_at = Timestamp::PlusInfinity();
  if (!slot.due.is_finite()) return true;
  if (slot.due == entry.at && slot.order == entry.order) {
    Fire(entry);
  } else {
    Push(entry.slot);
  }
  return true;
}

void World::Fire(const Entry& entry) {
  CountStep(entry.at);
  if (has_failed_) return;
  now_ = entry.at;
  Slot& slot = slots_[entry.slot];
  slot.due = Timestamp::PlusInfinity();
  if (slot.use == Slot::Use::kAlarm) {
    // A task may destroy its own alarm and with it the function that is running: the task
    // is lent out for the call.
    Task task = std::exchange(slot.task, nullptr);
    task();
    // Not empty: the slot has a new owner already.
    if (slot.use == Slot::Use::kAlarm && !slot.task) slot.task = std::move(task);
    return;
  }
  const Task task = std::move(slot.task);
  FreeSlot(entry.slot);
  task();
}

void World::CountStep(Timestamp at) {
  ++steps_;
  steps_at_now_ = at > now_ ? 1 : steps_at_now_ + 1;
  if (steps_at_now_ > kStepLimit) Fail("no progress: time stands still");
}

std::string World::Report(std::string_view reason) const {
  std::string text = "twin: " + std::string(reason) + " at " + std::to_string(now_.us()) +
                     " us, seed " + std::to_string(seed_) + "; timers:";
  for (const Slot& slot : slots_) {
    if (slot.use == Slot::Use::kFree || !slot.due.is_finite()) continue;
    text += "\n  " + std::string(slot.name) + " at " + std::to_string(slot.due.us()) + " us";
  }
  return text;
}

Alarm::Alarm(World& world, std::string_view name, World::Task task)
    : world_(world), slot_(world.TakeSlot(name, std::move(task), World::Slot::Use::kAlarm)) {}

Alarm::~Alarm() {
  world_.FreeSlot(slot_);
}

void Alarm::Set(Timestamp at) {
  world_.Arm(slot_, at);
}

Timestamp Alarm::due() const {
  return world_.slots_[slot_].due;
}

void Alarm::set_name(std::string_view name) {
  world_.slots_[slot_].name = name;
}

}  // namespace onair::twin
