// What is counted of a stream that comes from a page, and what is reported of it (RFC 3550, section 6.4.1 and appendix A).
#pragma once
#include <cstdint>
#include <optional>

#include "rtcp.h"

namespace source_counts {

class SourceCounts {
 public:
  SourceCounts(uint32_t ssrc, uint32_t clock_rate) : ssrc_(ssrc), clock_rate_(clock_rate) {}

  // A packet of `size` bytes has come: `index` is its sequence number with the rollover counter above it.
  void OnPacket(uint64_t index, uint32_t timestamp, size_t size, int64_t now_us);
  // The index with this sequence number that is nearest to the highest one so far.
  uint64_t IndexOf(uint16_t sequence) const;
  // A sender report has come: the middle of its NTP time.
  void OnSenderReport(uint32_t ntp_middle, int64_t now_us);
  // What there is to tell since the last report.
  rtcp::ReceptionReport TakeReport(int64_t now_us);

  uint32_t ssrc() const { return ssrc_; }
  uint32_t clock_rate() const { return clock_rate_; }
  uint64_t packets() const { return packets_; }
  uint64_t bytes() const { return bytes_; }
  int64_t lost() const;
  uint32_t jitter() const { return static_cast<uint32_t>(jitter_); }
  int64_t last_us() const { return last_us_; }

 private:
  const uint32_t ssrc_, clock_rate_;
  uint64_t first_index_ = 0, highest_index_ = 0, packets_ = 0, bytes_ = 0;
  int64_t last_us_ = 0;
  std::optional<uint32_t> transit_;
  double jitter_ = 0;
  uint32_t ntp_middle_ = 0;
  int64_t report_us_ = 0;
  int64_t expected_before_ = 0, packets_before_ = 0;
};

}  // namespace source_counts
