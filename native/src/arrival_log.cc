#include "arrival_log.h"

#include <algorithm>
#include <utility>

#include "bytes.h"

namespace arrival_log {
namespace {

constexpr uint8_t kTransportFeedback = 205, kFormat = 15;
constexpr size_t kHeaderSize = 20;
constexpr int64_t kTickUs = 250, kTicksPerReference = 256;
constexpr int64_t kSmallestDelta = -32'768, kLargestDelta = 32'767, kLargestSmallDelta = 255;
// Bounds of one packet, so that it fits into a datagram.
constexpr int64_t kMaxStatuses = 1'000;
constexpr size_t kMaxArrivals = 300;
// What is further back is not told of: the page has given it up.
constexpr int64_t kMaxAge = 2'000;

enum Status : uint8_t { kMissing = 0, kSmallDelta = 1, kLargeDelta = 2 };
constexpr size_t kPerVector = 7, kMaxRun = 8'191;

void PutChunks(const std::vector<uint8_t>& statuses, std::vector<uint8_t>& packet) {
  for (size_t at = 0; at < statuses.size();) {
    size_t run = 1;
    while (at + run < statuses.size() && statuses[at + run] == statuses[at] && run < kMaxRun) run++;
    uint32_t chunk;
    if (run >= kPerVector) {
      chunk = static_cast<uint32_t>(statuses[at]) << 13 | static_cast<uint32_t>(run);
      at += run;
    } else {
      chunk = 0xc000;
      for (size_t i = 0; i < kPerVector && at < statuses.size(); i++, at++) chunk |= static_cast<uint32_t>(statuses[at]) << (12 - 2 * i);
    }
    packet.push_back(static_cast<uint8_t>(chunk >> 8));
    packet.push_back(static_cast<uint8_t>(chunk));
  }
}

// With zeros and their number at the end, as in RFC 3550, section 6.4.1.
void Pad(std::vector<uint8_t>& packet) {
  size_t padding = (4 - packet.size() % 4) % 4;
  if (padding == 0) return;
  packet.resize(packet.size() + padding);
  packet.back() = static_cast<uint8_t>(padding);
  packet[0] |= 0x20;
}

}  // namespace

void ArrivalLog::Note(uint16_t sequence, int64_t now_us) {
  int64_t number = sequence;
  if (newest_) number = *newest_ + static_cast<int16_t>(static_cast<uint16_t>(sequence - static_cast<uint16_t>(*newest_)));
  if (newest_ && number < *newest_ - kMaxAge) return;
  newest_ = newest_ ? std::max(*newest_, number) : number;
  arrivals_.emplace(number, now_us);
  arrivals_.erase(arrivals_.begin(), arrivals_.lower_bound(*newest_ - kMaxAge));
}

std::vector<std::vector<uint8_t>> ArrivalLog::TakeFeedback(uint32_t sender, uint32_t media) {
  std::vector<std::vector<uint8_t>> all;
  while (!arrivals_.empty()) all.push_back(TakeOne(sender, media));
  return all;
}

std::vector<uint8_t> ArrivalLog::TakeOne(uint32_t sender, uint32_t media) {
  int64_t first = arrivals_.begin()->first;
  if (next_ && first > *next_ && first - *next_ < kMaxStatuses) first = *next_;
  int64_t reference = arrivals_.begin()->second / kTickUs / kTicksPerReference;
  int64_t ticks = reference * kTicksPerReference;
  std::vector<uint8_t> statuses, deltas;
  auto arrival = arrivals_.begin();
  for (size_t count = 0; arrival != arrivals_.end() && count < kMaxArrivals; ++arrival, count++) {
    int64_t delta = arrival->second / kTickUs - ticks;
    auto missing = static_cast<size_t>(arrival->first - first) - statuses.size();
    if (delta < kSmallestDelta || delta > kLargestDelta || arrival->first - first >= kMaxStatuses) break;
    ticks += delta;
    statuses.insert(statuses.end(), missing, kMissing);
    bool is_small = delta >= 0 && delta <= kLargestSmallDelta;
    statuses.push_back(is_small ? kSmallDelta : kLargeDelta);
    if (!is_small) deltas.push_back(static_cast<uint8_t>(static_cast<uint64_t>(delta) >> 8));
    deltas.push_back(static_cast<uint8_t>(delta));
  }
  arrivals_.erase(arrivals_.begin(), arrival);
  next_ = std::max(next_.value_or(0), first + static_cast<int64_t>(statuses.size()));

  std::vector<uint8_t> packet(kHeaderSize);
  packet[0] = 0x80 | kFormat;
  packet[1] = kTransportFeedback;
  bytes::Put32(packet.data() + 4, sender);
  bytes::Put32(packet.data() + 8, media);
  bytes::Put16(packet.data() + 12, static_cast<uint32_t>(first) & 0xffff);
  bytes::Put16(packet.data() + 14, static_cast<uint32_t>(statuses.size()));
  bytes::Put32(packet.data() + 16, (static_cast<uint32_t>(reference) & 0xff'ffff) << 8 | count_++);
  PutChunks(statuses, packet);
  packet.insert(packet.end(), deltas.begin(), deltas.end());
  Pad(packet);
  bytes::Put16(packet.data() + 2, static_cast<uint32_t>(packet.size() / 4 - 1));
  return packet;
}

}  // namespace arrival_log
