#include "source_counts.h"

#include <algorithm>
#include <cstdlib>

namespace source_counts {
namespace {

constexpr int64_t kMostLost = 0x7f'ffff;

int64_t ExpectedOf(uint64_t first, uint64_t highest, uint64_t packets) {
  return packets == 0 ? 0 : static_cast<int64_t>(highest - first) + 1;
}

}  // namespace

void SourceCounts::OnPacket(uint64_t index, uint32_t timestamp, size_t size, int64_t now_us) {
  bool is_first = packets_ == 0;
  first_index_ = is_first ? index : std::min(first_index_, index);
  bool is_newest = is_first || index > highest_index_;
  highest_index_ = std::max(highest_index_, index);
  packets_++;
  bytes_ += size;
  last_us_ = now_us;
  // What comes late was resent.
  if (!is_newest) return;
  auto transit = static_cast<uint32_t>(now_us * clock_rate_ / 1'000'000) - timestamp;
  if (transit_) jitter_ += (std::abs(static_cast<double>(static_cast<int32_t>(transit - *transit_))) - jitter_) / 16;
  transit_ = transit;
}

uint64_t SourceCounts::IndexOf(uint16_t sequence) const {
  auto step = static_cast<int16_t>(static_cast<uint16_t>(sequence - static_cast<uint16_t>(highest_index_)));
  return highest_index_ + static_cast<uint64_t>(int64_t{step});
}

void SourceCounts::OnSenderReport(uint32_t ntp_middle, int64_t now_us) {
  ntp_middle_ = ntp_middle;
  report_us_ = now_us;
}

int64_t SourceCounts::lost() const {
  return ExpectedOf(first_index_, highest_index_, packets_) - static_cast<int64_t>(packets_);
}

rtcp::ReceptionReport SourceCounts::TakeReport(int64_t now_us) {
  int64_t expected = ExpectedOf(first_index_, highest_index_, packets_);
  auto packets = static_cast<int64_t>(packets_);
  int64_t newly_expected = expected - expected_before_, newly_lost = newly_expected - (packets - packets_before_);
  expected_before_ = expected;
  packets_before_ = packets;
  rtcp::ReceptionReport report{};
  report.ssrc = ssrc_;
  if (newly_expected > 0 && newly_lost > 0) report.fraction_lost = static_cast<uint8_t>(std::min<int64_t>(255, newly_lost * 256 / newly_expected));
  report.lost = static_cast<int32_t>(std::clamp(lost(), -kMostLost, kMostLost));
  report.last_sequence = static_cast<uint16_t>(highest_index_);
  report.cycles = static_cast<uint16_t>(highest_index_ >> 16);
  report.jitter = jitter();
  report.last_report = ntp_middle_;
  if (ntp_middle_ != 0) report.delay = static_cast<uint32_t>((now_us - report_us_) * 65'536 / 1'000'000);
  return report;
}

}  // namespace source_counts
