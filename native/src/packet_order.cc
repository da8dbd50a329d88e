#include "packet_order.h"

#include <algorithm>
#include <iterator>

namespace packet_order {
namespace {

// More than this is no loss that could be mended.
constexpr uint64_t kMaxGap = 1'000;
constexpr int64_t kNever = -1;
// What one NACK asks for; the others are asked for when these have come.
constexpr size_t kMaxAsked = 200;

}  // namespace

void PacketOrder::Put(uint64_t index, const depayloader::Payload& payload, int64_t now_us) {
  if (!next_) {
    next_ = index;
    highest_ = index;
  }
  if (index < *next_ || waiting_.count(index) > 0) return;
  if (index == *next_) {
    missing_.erase(index);
    next_ = index + 1;
    highest_ = std::max(highest_, index);
    on_packet_(payload, 0);
    Drain();
    return;
  }
  if (index - *next_ > kMaxGap) {
    while (!waiting_.empty()) Skip();
    uint64_t missing = index - *next_;
    next_ = index + 1;
    highest_ = index;
    on_packet_(payload, missing);
    return;
  }
  for (uint64_t lost = std::max(highest_ + 1, *next_); lost < index; lost++) missing_.emplace(lost, Missing{now_us, kNever});
  missing_.erase(index);
  highest_ = std::max(highest_, index);
  waiting_.emplace(index, Waiting{{payload.data, payload.data + payload.size}, payload.timestamp, payload.marker});
  while (waiting_.size() > max_waiting_) Skip();
}

void PacketOrder::Drain() {
  for (auto first = waiting_.begin(); first != waiting_.end() && first->first == *next_; first = waiting_.begin()) {
    auto packet = std::move(first->second);
    waiting_.erase(first);
    next_ = *next_ + 1;
    on_packet_({packet.data.data(), packet.data.size(), packet.timestamp, packet.marker}, 0);
  }
}

void PacketOrder::Skip() {
  auto first = waiting_.begin();
  uint64_t index = first->first, missing = index - *next_;
  auto packet = std::move(first->second);
  waiting_.erase(first);
  missing_.erase(missing_.begin(), missing_.lower_bound(index));
  next_ = index + 1;
  on_packet_({packet.data.data(), packet.data.size(), packet.timestamp, packet.marker}, missing);
  Drain();
}

void PacketOrder::GiveUp(int64_t now_us, int64_t patience_us) {
  // The last of those before the first packet that waits: all of them are skipped together.
  while (!waiting_.empty()) {
    auto behind = missing_.lower_bound(waiting_.begin()->first);
    if (behind != missing_.begin() && now_us - std::prev(behind)->second.since_us < patience_us) return;
    Skip();
  }
}

std::vector<uint16_t> PacketOrder::TakeDue(int64_t now_us, int64_t interval_us) {
  std::vector<uint16_t> due;
  for (auto& [index, missing] : missing_) {
    if (due.size() >= kMaxAsked) break;
    if (missing.asked_us != kNever && now_us - missing.asked_us < interval_us) continue;
    missing.asked_us = now_us;
    due.push_back(static_cast<uint16_t>(index));
  }
  return due;
}

}  // namespace packet_order
